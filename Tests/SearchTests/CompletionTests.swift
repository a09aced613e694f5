import Foundation
import TestSupport
import Testing

@testable import search

/// The completions, taken by the shells that they are for.
struct CompletionTests {
  /// A folder with names that have to be quoted.
  private func folderWithOddNames() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("file with space.txt", "word")
    try folder.write("star*.txt", "word")
    try folder.write("dir one/a.txt", "word")
    return folder
  }

  private static func has(_ shell: String) -> Bool {
    ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)") }
  }

  /// Runs a script of `shell` with the path of the program as `$SEARCH` and the program in the path.
  private func run(_ shell: String, _ script: String, in folder: TemporaryDirectory) throws
    -> Subprocess
  {
    let program = URL(fileURLWithPath: Subprocess.search)
    return try Subprocess.run(
      "/usr/bin/env", [shell, "-c", script], folder: folder.path,
      environment: [
        "SEARCH": program.path, "HOME": folder.path,
        "PATH": program.deletingLastPathComponent().path
          + ":/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin",
      ])
  }

  @Test func theTableSaysWhatCanFollow() {
    func candidates(_ placeholder: String) -> CompletionCandidates {
      CompletionCandidates(placeholder: placeholder)
    }
    #expect(candidates("N").isEmpty && candidates("TEXT...").isEmpty && candidates("").isEmpty)
    #expect(candidates("PATH...").paths == .files)
    #expect(candidates("DIR").paths == .folders)
    #expect(candidates("keep|drop|FILE").words == ["keep", "drop"])
    #expect(candidates("keep|drop|FILE").paths == .files)
    #expect(candidates("bash|zsh|fish").words == CompletionsCommand.shells)
    let topics = candidates("[COMMAND|query-syntax]").words
    #expect(topics.contains("q") && topics.contains("stats") && topics.contains("query-syntax"))
  }

  // MARK: bash

  /// What is offered for a line, as a list of words, then what is asked of readline.
  @Test(
    .enabled(if: has("bash"), "there is no bash"),
    arguments: [
      ("search qu", "query | compopt +o default"),
      ("search --v", "--version | compopt +o default"),
      ("search q --form", "--format | compopt +o default"),
      ("search q --format j", "json | compopt +o default"),
      ("search query --format = j", "json | compopt +o default"),
      ("search query --format =", "text tsv json trec | compopt +o default"),
      ("search query --limit x", " | compopt +o default"),
      ("search query x", " | compopt +o default"),
      ("search query -- --f", " | compopt +o default"),
      ("search build-index fi", " | "),
      ("search build-index --index x", " | compopt +o default compopt -o dirnames"),
      ("search build-index --stopwords k", "keep | "),
      ("search build-index --store i", "ids | compopt +o default"),
      ("search completions z", "zsh | compopt +o default"),
      ("search help query-", "query-syntax | compopt +o default"),
      ("search build-index --queries", " | compopt +o default"),
    ])
  func bashOffersWhatCanFollow(line: String, offered: String) throws {
    let script = """
      eval "$("$SEARCH" completions bash)"
      asked=""
      compopt() { asked="$asked${asked:+ }compopt $*"; }
      COMP_WORDS=(\(line)) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _search
      printf '%s | %s' "${COMPREPLY[*]}" "$asked"
      """
    let result = try run("bash", script, in: folderWithOddNames())
    #expect(result.output == offered && result.errors.isEmpty, "\(result.errors)")
  }

  @Test(.enabled(if: has("bash"), "there is no bash"))
  func bashCompletesWhereAnOptionAndItsValueAreOneWord() throws {
    let script = """
      eval "$("$SEARCH" completions bash)"
      COMP_WORDS=(search query --format=j) COMP_CWORD=2
      _search 2> /dev/null
      printf '%s' "${COMPREPLY[*]}"
      """
    #expect(try run("bash", script, in: folderWithOddNames()).output == "--format=json")
  }

  // MARK: zsh

  /// What the line is after a tab at a terminal of its own.
  @Test(.enabled(if: has("zsh"), "there is no zsh"), arguments: ["sourced", "found in $fpath"])
  func zshCompletesAtATerminal(way: String) throws {
    let lines = [
      ("search qu", "search query "), ("search --ver", "search --version "),
      ("search q --form", "search q --format="), ("search q --format=j", "search q --format=json "),
      ("search q --format j", "search q --format json "),
      ("search q text --limi", "search q text --limit="), ("search q fi", "search q fi"),
      ("search q -n3 --nul", "search q -n3 --null "), ("search q -- --nul", "search q -- --nul"),
      ("search build-index fi", "search build-index file\\ with\\ space.txt "),
      ("search build-index st", "search build-index star\\*.txt "),
      ("search build-index --index=d", "search build-index --index=dir\\ one/"),
      ("search build-index --stopwords k", "search build-index --stopwords keep "),
      ("search build-index --store=i", "search build-index --store=ids "),
      ("search build-index --glob a --glo", "search build-index --glob a --glob="),
      ("search completions b", "search completions bash "),
      ("search help query-", "search help query-syntax "),
    ]
    let load = way == "sourced" ? "source functions/_search" : "true"
    let script = """
      mkdir functions && "$SEARCH" completions zsh > functions/_search
      zmodload zsh/zpty
      zpty shell zsh -f -i
      # Reads until $1 comes, for at most a minute; what came is in $seen.
      expect() {
        seen=""
        for ((i = 0; i < 1200; i++)); do
          while zpty -r -t shell part; do seen+=$part; done
          [[ $seen == *$1* ]] && return
          sleep 0.05
        done
        print "nothing like $1 in: $seen"
        exit 1
      }
      cat > setup << 'END'
      fpath=($PWD/functions $fpath)
      autoload -Uz compinit && compinit -u -D
      \(load)
      show() { zle -I; print -r -- "<$BUFFER>!"; BUFFER=; }
      zle -N show && bindkey '^Xs' show
      print READY
      END
      zpty -w shell 'source ./setup'
      expect READY
      while IFS= read -r line; do
        zpty -w -n shell "$line"$'\\t\\Cxs'
        expect '>!'
        seen=${seen##*<}
        print -r -- "${seen%%>!*}"
      done <<< "$(print -r -- '\(lines.map(\.0).joined(separator: "\n"))')"
      zpty -d shell
      """
    let result = try run("zsh", script, in: folderWithOddNames())
    #expect(result.output.split(separator: "\n").map { String($0) } == lines.map(\.1))
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  // MARK: fish

  @Test(
    .enabled(if: has("fish"), "there is no fish"),
    arguments: [
      ("search qu", "query"), ("search --v", "--version"), ("search q --form", "--format"),
      ("search q --format j", "json"), ("search q --format=j", "--format=json"),
      ("search q --limit ", ""), ("search q ", ""),
      ("search build-index fi", "file with space.txt"),
      ("search build-index --index ", "dir one/"), ("search build-index query --chec", ""),
      ("search build-index --stopwords k", "keep"), ("search build-index --store i", "ids"),
      ("search q --queries fi", "file with space.txt"),
      ("search completions ", "bash fish zsh"), ("search help query-", "query-syntax"),
      ("search stats ", ""), ("search explain fi", "file with space.txt"),
    ])
  func fishOffersWhatCanFollow(line: String, offered: String) throws {
    let script = "$SEARCH completions fish | source; complete -C '\(line)'"
    let result = try run("fish", script, in: folderWithOddNames())
    let words = result.output.split(separator: "\n").map { $0.prefix { $0 != "\t" } }
    #expect(words.joined(separator: " ") == offered && result.errors.isEmpty, "\(result.errors)")
  }
}
