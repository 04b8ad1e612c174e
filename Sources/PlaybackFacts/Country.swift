/// A country: its code, the continent it lies on and its name.
///
/// Source of the table: GeoNames (geonames.org), CC BY 4.0.
public struct Country: Hashable, Sendable {
  /// The ISO 3166 alpha-2 code in upper case: `DE`.
  public let code: String
  /// The continent: `AF`, `AN`, `AS`, `EU`, `NA`, `SA`, or `AZ` for Oceania.
  public let continent: String
  /// The English name: `Germany`.
  public let name: String

  /// All countries, ordered by code.
  public static let all: [Country] = table.split(separator: "\n").map { line in
    let fields = line.split(separator: " ", maxSplits: 2).map(String.init)
    return Country(code: fields[0], continent: fields[1], name: fields[2])
  }

  /// The country with an ISO 3166 alpha-2 code in any case, if there is one.
  public static func of(_ code: String) -> Country? {
    place(of: code).flatMap { byLetters[$0] }
  }

  /// The continent of the country with a code, or `unknown`.
  public static func continent(of code: String) -> String {
    place(of: code).flatMap { byLetters[$0]?.continent } ?? Dimension.unknown
  }

  /// One place for each pair of letters, AA to ZZ: countries are looked up for every playback.
  private static let byLetters: [Country?] = {
    var places = [Country?](repeating: nil, count: 26 * 26)
    for country in all {
      if let place = place(of: country.code) { places[place] = country }
    }
    return places
  }()

  private static func place(of code: String) -> Int? {
    var letters = code.utf8.makeIterator()
    guard let first = letters.next(), let second = letters.next(), letters.next() == nil,
      let row = letterIndex(first), let column = letterIndex(second)
    else { return nil }
    return row * 26 + column
  }

  private static func letterIndex(_ byte: UInt8) -> Int? {
    let index = Int(byte | 0x20) - 0x61
    return 0..<26 ~= index ? index : nil
  }

  private static let table = """
    AD EU Andorra
    AE AS United Arab Emirates
    AF AS Afghanistan
    AG NA Antigua and Barbuda
    AI NA Anguilla
    AL EU Albania
    AM AS Armenia
    AN NA Netherlands Antilles
    AO AF Angola
    AQ AN Antarctica
    AR SA Argentina
    AS AZ American Samoa
    AT EU Austria
    AU AZ Australia
    AW NA Aruba
    AX EU Aland Islands
    AZ AS Azerbaijan
    BA EU Bosnia and Herzegovina
    BB NA Barbados
    BD AS Bangladesh
    BE EU Belgium
    BF AF Burkina Faso
    BG EU Bulgaria
    BH AS Bahrain
    BI AF Burundi
    BJ AF Benin
    BL NA Saint Barthelemy
    BM NA Bermuda
    BN AS Brunei
    BO SA Bolivia
    BQ NA Bonaire, Saint Eustatius and Saba
    BR SA Brazil
    BS NA Bahamas
    BT AS Bhutan
    BV AN Bouvet Island
    BW AF Botswana
    BY EU Belarus
    BZ NA Belize
    CA NA Canada
    CC AS Cocos Islands
    CD AF Democratic Republic of the Congo
    CF AF Central African Republic
    CG AF Republic of the Congo
    CH EU Switzerland
    CI AF Ivory Coast
    CK AZ Cook Islands
    CL SA Chile
    CM AF Cameroon
    CN AS China
    CO SA Colombia
    CR NA Costa Rica
    CS EU Serbia and Montenegro
    CU NA Cuba
    CV AF Cabo Verde
    CW NA Curacao
    CX AZ Christmas Island
    CY EU Cyprus
    CZ EU Czechia
    DE EU Germany
    DJ AF Djibouti
    DK EU Denmark
    DM NA Dominica
    DO NA Dominican Republic
    DZ AF Algeria
    EC SA Ecuador
    EE EU Estonia
    EG AF Egypt
    EH AF Western Sahara
    ER AF Eritrea
    ES EU Spain
    ET AF Ethiopia
    FI EU Finland
    FJ AZ Fiji
    FK SA Falkland Islands
    FM AZ Micronesia
    FO EU Faroe Islands
    FR EU France
    GA AF Gabon
    GB EU United Kingdom
    GD NA Grenada
    GE AS Georgia
    GF SA French Guiana
    GG EU Guernsey
    GH AF Ghana
    GI EU Gibraltar
    GL NA Greenland
    GM AF Gambia
    GN AF Guinea
    GP NA Guadeloupe
    GQ AF Equatorial Guinea
    GR EU Greece
    GS AN South Georgia and the South Sandwich Islands
    GT NA Guatemala
    GU AZ Guam
    GW AF Guinea-Bissau
    GY SA Guyana
    HK AS Hong Kong
    HM AN Heard Island and McDonald Islands
    HN NA Honduras
    HR EU Croatia
    HT NA Haiti
    HU EU Hungary
    ID AS Indonesia
    IE EU Ireland
    IL AS Israel
    IM EU Isle of Man
    IN AS India
    IO AS British Indian Ocean Territory
    IQ AS Iraq
    IR AS Iran
    IS EU Iceland
    IT EU Italy
    JE EU Jersey
    JM NA Jamaica
    JO AS Jordan
    JP AS Japan
    KE AF Kenya
    KG AS Kyrgyzstan
    KH AS Cambodia
    KI AZ Kiribati
    KM AF Comoros
    KN NA Saint Kitts and Nevis
    KP AS North Korea
    KR AS South Korea
    KW AS Kuwait
    KY NA Cayman Islands
    KZ AS Kazakhstan
    LA AS Laos
    LB AS Lebanon
    LC NA Saint Lucia
    LI EU Liechtenstein
    LK AS Sri Lanka
    LR AF Liberia
    LS AF Lesotho
    LT EU Lithuania
    LU EU Luxembourg
    LV EU Latvia
    LY AF Libya
    MA AF Morocco
    MC EU Monaco
    MD EU Moldova
    ME EU Montenegro
    MF NA Saint Martin
    MG AF Madagascar
    MH AZ Marshall Islands
    MK EU North Macedonia
    ML AF Mali
    MM AS Myanmar
    MN AS Mongolia
    MO AS Macao
    MP AZ Northern Mariana Islands
    MQ NA Martinique
    MR AF Mauritania
    MS NA Montserrat
    MT EU Malta
    MU AF Mauritius
    MV AS Maldives
    MW AF Malawi
    MX NA Mexico
    MY AS Malaysia
    MZ AF Mozambique
    NA AF Namibia
    NC AZ New Caledonia
    NE AF Niger
    NF AZ Norfolk Island
    NG AF Nigeria
    NI NA Nicaragua
    NL EU The Netherlands
    NO EU Norway
    NP AS Nepal
    NR AZ Nauru
    NU AZ Niue
    NZ AZ New Zealand
    OM AS Oman
    PA NA Panama
    PE SA Peru
    PF AZ French Polynesia
    PG AZ Papua New Guinea
    PH AS Philippines
    PK AS Pakistan
    PL EU Poland
    PM NA Saint Pierre and Miquelon
    PN AZ Pitcairn
    PR NA Puerto Rico
    PS AS Palestinian Territory
    PT EU Portugal
    PW AZ Palau
    PY SA Paraguay
    QA AS Qatar
    RE AF Reunion
    RO EU Romania
    RS EU Serbia
    RU EU Russia
    RW AF Rwanda
    SA AS Saudi Arabia
    SB AZ Solomon Islands
    SC AF Seychelles
    SD AF Sudan
    SE EU Sweden
    SG AS Singapore
    SH AF Saint Helena
    SI EU Slovenia
    SJ EU Svalbard and Jan Mayen
    SK EU Slovakia
    SL AF Sierra Leone
    SM EU San Marino
    SN AF Senegal
    SO AF Somalia
    SR SA Suriname
    SS AF South Sudan
    ST AF Sao Tome and Principe
    SV NA El Salvador
    SX NA Sint Maarten
    SY AS Syria
    SZ AF Eswatini
    TC NA Turks and Caicos Islands
    TD AF Chad
    TF AN French Southern Territories
    TG AF Togo
    TH AS Thailand
    TJ AS Tajikistan
    TK AZ Tokelau
    TL AZ Timor Leste
    TM AS Turkmenistan
    TN AF Tunisia
    TO AZ Tonga
    TR AS Turkey
    TT NA Trinidad and Tobago
    TV AZ Tuvalu
    TW AS Taiwan
    TZ AF Tanzania
    UA EU Ukraine
    UG AF Uganda
    UM AZ United States Minor Outlying Islands
    US NA United States
    UY SA Uruguay
    UZ AS Uzbekistan
    VA EU Vatican
    VC NA Saint Vincent and the Grenadines
    VE SA Venezuela
    VG NA British Virgin Islands
    VI NA U.S. Virgin Islands
    VN AS Vietnam
    VU AZ Vanuatu
    WF AZ Wallis and Futuna
    WS AZ Samoa
    XK EU Kosovo
    YE AS Yemen
    YT AF Mayotte
    ZA AF South Africa
    ZM AF Zambia
    ZW AF Zimbabwe
    """
}
