import Tokenizer

/// Character references of HTML: `&eacute;`, `&#233;`, `&#xE9;`.
enum HTMLEntities {
  /// The scalar that the reference at `start`, a `&`, stands for, and its length in bytes; nil if
  /// it is none.
  ///
  /// In HTML the semicolon may be missing after a number and after the Latin-1 names, whatever
  /// follows, as in browsers: `&copy2024`. In Markdown it may not.
  static func reference(
    _ bytes: ColumnView<UInt8>, at start: Int, end: Int, needsSemicolon: Bool = false
  ) -> (scalar: Unicode.Scalar, length: Int)? {
    guard start + 2 < end else { return nil }
    let found =
      bytes[start + 1] == UInt8(ascii: "#")
      ? number(bytes, at: start, end: end) : name(bytes, at: start, end: end)
    guard let (scalar, length) = found else { return nil }
    return needsSemicolon && bytes[start + length - 1] != UInt8(ascii: ";") ? nil : (scalar, length)
  }

  private static func name(_ bytes: ColumnView<UInt8>, at start: Int, end: Int)
    -> (scalar: Unicode.Scalar, length: Int)?
  {
    var cursor = start + 1
    var name: [UInt8] = []
    while cursor < end, name.count < 12, isAlphanumeric(bytes[cursor]) {
      name.append(bytes[cursor])
      cursor += 1
    }
    if cursor < end, bytes[cursor] == UInt8(ascii: ";"),
      let scalar = named[String(decoding: name, as: UTF8.self)]
    {
      return (scalar, cursor - start + 1)
    }
    for length in stride(from: min(name.count, longestOpenName), through: 2, by: -1) {
      let scalar = named[String(decoding: name[..<length], as: UTF8.self)]
      if let scalar, scalar.value < 0x100, scalar != "'" { return (scalar, length + 1) }
    }
    return nil
  }

  /// The length of the longest name that may go without a semicolon.
  private static let longestOpenName = 6

  private static func number(_ bytes: ColumnView<UInt8>, at start: Int, end: Int)
    -> (scalar: Unicode.Scalar, length: Int)?
  {
    var cursor = start + 2
    let isHexadecimal = bytes[cursor] | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { cursor += 1 }
    let firstDigit = cursor
    var value: UInt32 = 0
    while cursor < end,
      let digit = Character(Unicode.Scalar(bytes[cursor])).hexDigitValue,
      isHexadecimal || digit < 10
    {
      // Beyond the last scalar one value is as wrong as another.
      value = min(value * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x110000)
      cursor += 1
    }
    guard cursor > firstDigit else { return nil }
    if cursor < end, bytes[cursor] == UInt8(ascii: ";") { cursor += 1 }
    return (scalar(of: value), cursor - start)
  }

  /// The scalar of a number; those of the C1 range mean Windows-1252, as browsers have it.
  private static func scalar(of value: UInt32) -> Unicode.Scalar {
    if 0x80...0x9F ~= value, let scalar = Unicode.Scalar(windows1252[Int(value - 0x80)]) {
      return scalar
    }
    guard value != 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    return scalar
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte &- UInt8(ascii: "0") < 10
  }

  private static let windows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  private static let named: [String: Unicode.Scalar] = {
    var table: [String: Unicode.Scalar] = [:]
    var words = names.split(separator: " ").makeIterator()
    while let name = words.next(), let code = words.next() {
      table[String(name)] = UInt32(code, radix: 16).flatMap { Unicode.Scalar($0) }
    }
    return table
  }()

  /// The names of HTML 4.01 (section 24), `apos` and, from HTML 5 (section 13.5), those of Latin
  /// letters, each with its scalar in hexadecimal.
  private static let names = """
    AElig C6 Aacute C1 Acirc C2 Agrave C0 Alpha 391 Aring C5 Atilde C3 Auml C4 Beta 392 \
    Ccedil C7 Chi 3A7 Dagger 2021 Delta 394 ETH D0 Eacute C9 Ecirc CA Egrave C8 Epsilon 395 \
    Eta 397 Euml CB Gamma 393 Iacute CD Icirc CE Igrave CC Iota 399 Iuml CF Kappa 39A \
    Lambda 39B Mu 39C Ntilde D1 Nu 39D OElig 152 Oacute D3 Ocirc D4 Ograve D2 Omega 3A9 \
    Omicron 39F Oslash D8 Otilde D5 Ouml D6 Phi 3A6 Pi 3A0 Prime 2033 Psi 3A8 Rho 3A1 \
    Scaron 160 Sigma 3A3 THORN DE Tau 3A4 Theta 398 Uacute DA Ucirc DB Ugrave D9 Upsilon 3A5 \
    Uuml DC Xi 39E Yacute DD Yuml 178 Zeta 396 aacute E1 acirc E2 acute B4 aelig E6 agrave E0 \
    alefsym 2135 alpha 3B1 amp 26 and 2227 ang 2220 apos 27 aring E5 asymp 2248 atilde E3 \
    auml E4 bdquo 201E beta 3B2 brvbar A6 bull 2022 cap 2229 ccedil E7 cedil B8 cent A2 chi 3C7 \
    circ 2C6 clubs 2663 cong 2245 copy A9 crarr 21B5 cup 222A curren A4 dArr 21D3 dagger 2020 \
    darr 2193 deg B0 delta 3B4 diams 2666 divide F7 eacute E9 ecirc EA egrave E8 empty 2205 \
    emsp 2003 ensp 2002 epsilon 3B5 equiv 2261 eta 3B7 eth F0 euml EB euro 20AC exist 2203 \
    fnof 192 forall 2200 frac12 BD frac14 BC frac34 BE frasl 2044 gamma 3B3 ge 2265 gt 3E \
    hArr 21D4 harr 2194 hearts 2665 hellip 2026 iacute ED icirc EE iexcl A1 igrave EC \
    image 2111 infin 221E int 222B iota 3B9 iquest BF isin 2208 iuml EF kappa 3BA lArr 21D0 \
    lambda 3BB lang 2329 laquo AB larr 2190 lceil 2308 ldquo 201C le 2264 lfloor 230A \
    lowast 2217 loz 25CA lrm 200E lsaquo 2039 lsquo 2018 lt 3C macr AF mdash 2014 micro B5 \
    middot B7 minus 2212 mu 3BC nabla 2207 nbsp A0 ndash 2013 ne 2260 ni 220B not AC notin 2209 \
    nsub 2284 ntilde F1 nu 3BD oacute F3 ocirc F4 oelig 153 ograve F2 oline 203E omega 3C9 \
    omicron 3BF oplus 2295 or 2228 ordf AA ordm BA oslash F8 otilde F5 otimes 2297 ouml F6 \
    para B6 part 2202 permil 2030 perp 22A5 phi 3C6 pi 3C0 piv 3D6 plusmn B1 pound A3 \
    prime 2032 prod 220F prop 221D psi 3C8 quot 22 rArr 21D2 radic 221A rang 232A raquo BB \
    rarr 2192 rceil 2309 rdquo 201D real 211C reg AE rfloor 230B rho 3C1 rlm 200F rsaquo 203A \
    rsquo 2019 sbquo 201A scaron 161 sdot 22C5 sect A7 shy AD sigma 3C3 sigmaf 3C2 sim 223C \
    spades 2660 sub 2282 sube 2286 sum 2211 sup 2283 sup1 B9 sup2 B2 sup3 B3 supe 2287 szlig DF \
    tau 3C4 there4 2234 theta 3B8 thetasym 3D1 thinsp 2009 thorn FE tilde 2DC times D7 \
    trade 2122 uArr 21D1 uacute FA uarr 2191 ucirc FB ugrave F9 uml A8 upsih 3D2 upsilon 3C5 \
    uuml FC weierp 2118 xi 3BE yacute FD yen A5 yuml FF zeta 3B6 zwj 200D zwnj 200C \
    Abreve 102 Amacr 100 Aogon 104 Cacute 106 Ccaron 10C Ccirc 108 Cdot 10A Dcaron 10E Dstrok 110 \
    ENG 14A Ecaron 11A Edot 116 Emacr 112 Eogon 118 Gbreve 11E Gcedil 122 Gcirc 11C Gdot 120 \
    Hcirc 124 Hstrok 126 IJlig 132 Idot 130 Imacr 12A Iogon 12E Itilde 128 Jcirc 134 Kcedil 136 \
    Lacute 139 Lcaron 13D Lcedil 13B Lmidot 13F Lstrok 141 Nacute 143 Ncaron 147 Ncedil 145 \
    Odblac 150 Omacr 14C Racute 154 Rcaron 158 Rcedil 156 Sacute 15A Scedil 15E Scirc 15C \
    Tcaron 164 Tcedil 162 Tstrok 166 Ubreve 16C Udblac 170 Umacr 16A Uogon 172 Uring 16E \
    Utilde 168 Wcirc 174 Ycirc 176 Zacute 179 Zcaron 17D Zdot 17B abreve 103 amacr 101 aogon 105 \
    cacute 107 ccaron 10D ccirc 109 cdot 10B dcaron 10F dstrok 111 ecaron 11B edot 117 emacr 113 \
    eng 14B eogon 119 ffilig FB03 fflig FB00 ffllig FB04 filig FB01 fllig FB02 gacute 1F5 \
    gbreve 11F gcirc 11D gdot 121 hcirc 125 hstrok 127 ijlig 133 imacr 12B imath 131 imped 1B5 \
    inodot 131 iogon 12F itilde 129 jcirc 135 jmath 237 kcedil 137 kgreen 138 lacute 13A \
    lcaron 13E lcedil 13C lmidot 140 lstrok 142 nacute 144 napos 149 ncaron 148 ncedil 146 \
    odblac 151 omacr 14D racute 155 rcaron 159 rcedil 157 sacute 15B scedil 15F scirc 15D \
    tcaron 165 tcedil 163 tstrok 167 ubreve 16D udblac 171 umacr 16B uogon 173 uring 16F \
    utilde 169 wcirc 175 ycirc 177 zacute 17A zcaron 17E zdot 17C
    """
}
