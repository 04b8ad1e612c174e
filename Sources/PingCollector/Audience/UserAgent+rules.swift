import PlaybackFacts

// The tables that a user agent is read by. The first rule any of whose phrases occurs decides, so
// the order matters: what claims to be others (most do) comes before those others.
// How phrases are compared is said at `PhraseTables`.
extension UserAgent {
  /// A value, and the phrases any of which stands for it.
  struct Rule: Sendable {
    let value: String
    let phrases: [String]

    init(_ value: String, _ phrases: [String]) {
      self.value = value
      self.phrases = phrases
    }
  }

  private static let playStations = [" playstation", " ps3 ", " ps4 ", " ps5 ", " psp "]
  private static let windows = [
    " windows", " win95 ", " win98 ", " winnt ", " win7 ", " win10 ", " win11 ", " win32 ",
    " win64 ",
  ]
  private static let macs = [
    " mac os ", " macos ", "macintosh ", " osx ", " mac powerpc ", " imac", " macbook", " macmini",
    " macpro", " mac1", " powermac", " powerbook",
  ]
  private static let chromebooks = [" cros ", " chromebook"]
  /// Of apps that say only Darwin, those on a Mac name the processor of a computer.
  private static let processorsOfMacs = [" x86 64 ", " i386 "]

  static let deviceTypes: [Rule] = [
    // Bots name the device that they pretend to be.
    Rule(
      Dimension.unknown,
      [
        " bot ", "googlebot", "bingbot", "applebot", "yandexbot", "duckduckbot", "twitterbot",
        "linkedinbot", "slackbot", "discordbot", "telegrambot", "adsbot", "petalbot", "ahrefsbot",
        "semrushbot", "mj12bot", "facebot", "crawler", "spider", " facebookexternalhit",
        " headlesschrome ", " slurp ", " lighthouse ", " phantomjs ", " pingdom", "uptimerobot",
        "statuscake", "gptbot", "claudebot", "perplexitybot", "ccbot", "amazonbot", " scrapy ",
        " python requests ", " curl ", " wget ",
      ]
    ),
    Rule(
      "console",
      playStations + [
        " xbox", " nintendo", " sega", " dreamcast", " steam deck ", " retroid ", " gamepad",
      ]
    ),
    Rule(
      "wearable",
      [
        " watchos ", " watch os ", "watch ", " oculusbrowser ", " picobrowser ", " quest 2 ",
        " quest 3", " quest pro ", " vr ", " sm r", " wear os ",
      ]
    ),
    // Before the TVs: apps for phones often have TV in their names.
    Rule("phone", [" windows phone ", " windows ce ", " lumia ", " iph", " ipod"]),
    Rule("tablet", [" ipad"]),
    Rule(
      "tv",
      [
        " tv ", "smarttv", "androidtv", "googletv", "appletv", "hbbtv", " nettv ", " iptv ",
        " webos tv ", " web0s", " netcast", " vizio", " roku", " bravia", " crkey ", " chromecast",
        " aft", " tivo", " omi ", " mitv", " mibox", " atv", " x96", " a95x", " ugoos", " zidoo",
        " mecool", " beelink ", " formuler ", " rombica ", " vontar ", " shell ",
      ]
    ),
    Rule("computer", windows),
    Rule("computer", macs),
    Rule("computer", chromebooks),
    // After the systems of computers, which run programs with such names.
    Rule("tv", ["box ", "stick ", " stb ", " streamer "]),
    Rule(
      "computer",
      [
        " x11 u ", " x11 linux ", " wayland ", " linux x86 64 ", " linux i686 ", " ubuntu ",
        " freebsd", " openbsd", " netbsd", " sunos ", " beos ", " openvms ", " 2in1 ",
      ]
    ),
    Rule("phone", [" coolpad "]),
    Rule(
      "tablet",
      [
        " tablet", " apad ", "pad ", " tab", "tab ", " tb ", " sm t", " sm x", " sm p", " w09 ",
        " w19 ",
      ]
    ),
    Rule("console", [" shield "]),
    Rule(
      "computer",
      [
        " inspiron ", " vostro ", " latitude ", " aspire ", " travelmate ", " elitebook ",
        " probook ", " satellite ", " lifebook ", " thinkpad ", " easynote ", "notebook ",
      ]
    ),
    Rule(
      "phone",
      [
        " mobile ", " phone ", " opera mini", " opera mobi", " midp", " maui ", " wap ",
        " up browser ", " nokia", " blackberry", " symbian",
      ]
    ),
    Rule("computer", processorsOfMacs),
    // Players inside apps say neither model nor kind, Android's runtime only the model.
    Rule(Dimension.unknown, [" exoplayer", " okhttp ", " cfnetwork "]),
    Rule("phone", [" dalvik "]),
    Rule(androidWithoutMobile, [" android"]),
    Rule("tv", [" linux armv", " linux mips ", " linux sh4 "]),
    Rule("computer", [" linux ", " x11 "]),
    Rule("computer", rareSystems),
    Rule(
      "tv",
      [
        "tv ", " tv", " kodi ", " xbmc ", " maple", " espial ", " ekioh ", "galio ", " viera ",
        " dtv", " dvb", " dlnadoc ", " stbapp ", " enigma2 ", " inettv",
      ]
    ),
    Rule("computer", programsOfComputers),
  ]

  /// What stands for Android where no rule before knows the kind: a page's user agent says Mobile
  /// on phones only, that of an app says neither.
  static let androidWithoutMobile = "android"

  /// Systems of computers that few have.
  private static let rareSystems = [
    " haiku", " amiga", " morphos ", " aros ", " risc os ", " os 2 ", " irix", " hp ux ",
    " aix ", " osf1 ", " tru64", " dragonfly", " solaris ", " opensolaris ", " syllable ", " qnx ",
    " plan 9 ", " unix ", " bsd ", " nextstep ", " fedora ", " debian ", " centos ", " suse ",
    " opensuse ", " gentoo ", " slackware ", " mageia ", " gnu ", " win16 ", " dos ", " ppc mac",
  ]

  /// Words and programs of computers that some tell without their system.
  private static let programsOfComputers = [
    " desktop ", " amd64 ", " x64 ", " i386 ", " i486 ", " i586 ", " win ", " nt 5 ", " nt 6 ",
    " nt 10 ", " powerpc ", " ppc ", " sparc", " intel ", " pc ", " net clr ", " cygwin",
    " mingw", " msys", " electron ", " msie ", " microsoft office ", " ms office ", " outlook ",
    " excel ", " powerpoint ", " winhttp ", " wininet ", " itunes ", " quicktime ", " winamp ",
    " foobar2000 ", " wmplayer ", " nsplayer ", " media center ", " mediamonkey ",
    " mplayer ", " mpv ", " amarok ", " rhythmbox ", " banshee ", " clementine ",
    " audacious ", " thunderbird ", " postbox ", " the bat ", " evolution ", " kmail ",
    " akregator ", " liferea ", " lynx ", " elinks ", " links ", " w3m ", " dillo ", " netsurf ",
    " konqueror ", " epiphany ", " galeon ", " camino ", " seamonkey ", " k meleon ", " midori ",
    " falkon ", " pale moon ", " palemoon ", " waterfox ", " iceweasel ", " icecat ", " netscape ",
    " firefox ",
  ]

  static let operatingSystems: [Rule] = [
    Rule("playstation", playStations),
    Rule("nintendo", [" nintendo"]),
    Rule("windows", windows),
    Rule("tizen", [" tizen "]),
    Rule("webos", [" webos", " web0s"]),
    Rule("kaios", [" kaios "]),
    Rule("roku os", [" roku"]),
    Rule("chrome os", chromebooks),
    Rule(
      "ios",
      [
        " iph", " ipad", " ipod", " ios ", " watchos ", " watch os ", " tvos ", " apple tv ",
        " appletv", " like mac os x ",
      ]
    ),
    // Some TVs of Amazon write it with a zero, or name only their model.
    Rule(
      "android",
      [
        " android", " andr0id ", " adr ", " aft", " dalvik ", " exoplayer", " okhttp ", " silk ",
        " oculusbrowser ", " picobrowser ",
      ]
    ),
    Rule("harmonyos", [" openharmony"]),
    Rule("mac osx", macs),
    Rule("freebsd", [" freebsd"]),
    Rule("openbsd", [" openbsd"]),
    Rule("netbsd", [" netbsd"]),
    Rule("solaris", [" sunos "]),
    Rule("linux", [" linux", " ubuntu ", " x11 ", " vizios "]),
    Rule("mac osx", processorsOfMacs),
    Rule("ios", [" darwin ", " cfnetwork "]),
  ]

  static let browsers: [Rule] = [
    Rule(
      Dimension.unknown,
      [
        " microsoft outlook ", " ms office ", " microsoft office ", " okhttp ", " exoplayer",
        " applecoremedia ",
      ]
    ),
    Rule("facebook", [" fban ", " fbav ", " fb iab "]),
    Rule("instagram", [" instagram "]),
    Rule("tiktok", [" musical ly", " bytedancewebview ", " trill "]),
    Rule("snapchat", [" snapchat "]),
    Rule("pinterest", [" pinterest "]),
    Rule("twitter", [" twitter for ", " twitterandroid "]),
    Rule("linkedin", [" linkedinapp "]),
    Rule("wechat", [" micromessenger "]),
    Rule("line", [" line 1"]),
    Rule("naver", [" naver "]),
    Rule("qq browser", [" mqqbrowser ", " qqbrowser ", " qq "]),
    Rule("baidu", [" baiduboxapp ", " bidubrowser "]),
    Rule("google app", [" gsa "]),
    Rule("yandex browser", [" yabrowser ", " yasearchbrowser ", " yaapp"]),
    Rule("uc browser", [" ucbrowser ", " ucweb", " ubrowser "]),
    Rule("miui browser", [" miuibrowser "]),
    Rule("huawei browser", [" huaweibrowser ", " hmos browser ", " arkweb "]),
    Rule("vivo browser", [" vivobrowser "]),
    Rule("oppo browser", [" heytapbrowser ", " oppobrowser "]),
    Rule("duckduckgo", [" duckduckgo ", " ddg "]),
    Rule("brave", [" brave "]),
    Rule("vivaldi", [" vivaldi "]),
    Rule("silk", [" silk "]),
    Rule("puffin", [" puffin "]),
    Rule("meta quest browser", [" oculusbrowser "]),
    Rule("seamonkey", [" seamonkey "]),
    Rule("maxthon", [" maxthon "]),
    Rule("konqueror", [" konqueror "]),
    // With the first digit of its version: Motorola sells phones named Edge 20 and so on.
    Rule("edge", [" edge 1", " edge 44 ", " edg ", " edga ", " edgios "]),
    Rule("opera", [" opera", " opr ", " opios ", " opt ", " opx "]),
    Rule("samsung internet", [" samsungbrowser "]),
    Rule("firefox", [" firefox", " fxios ", " minefield "]),
    Rule("internet explorer", [" msie ", " trident ", " iemobile "]),
    Rule("chromium", [" chromium "]),
    Rule("chrome", ["chrome ", " crios ", " crmo "]),
    Rule("safari", [" safari", " applewebkit "]),
  ]
}
