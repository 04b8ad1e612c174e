/// A user agent in a well-known format, and what it tells.
struct UserAgentSample: Sendable, CustomStringConvertible {
  let agent: String
  let deviceType: String
  let operatingSystem: String
  let browser: String

  var description: String { agent }

  /// Reads `device type / operating system / browser` and, indented on the next lines, the agents.
  static func parse(_ text: String) -> [UserAgentSample] {
    var labels: [String] = []
    var samples: [UserAgentSample] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("  ") {
        samples.append(
          UserAgentSample(
            agent: String(line.dropFirst(2)),
            deviceType: labels[0],
            operatingSystem: labels[1],
            browser: labels[2]
          )
        )
      } else {
        labels = line.split(separator: "/").map { String($0) }
      }
    }
    return samples
  }

  static let all = parse(
    """
    computer/windows/chrome
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Safari/537.36
      Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/109.0.5414.120 Safari/537.36
    computer/windows/edge
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.86
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763
    computer/windows/firefox
      Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0
    computer/windows/opera
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0
      Opera/9.80 (Windows NT 6.1; U; en) Presto/2.10.289 Version/12.02
    computer/windows/vivaldi
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/98.0.4758.88 Safari/537.36 Vivaldi/4.3
    computer/windows/brave
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Brave Chrome/83.0.4103.116 Safari/537.36
    computer/windows/yandex browser
      Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36
    computer/windows/internet explorer
      Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko
      Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; Tablet PC 2.0)
    computer/mac osx/safari
      Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.1 Safari/605.1.15
    computer/mac osx/chrome
      Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Safari/537.36
    computer/mac osx/firefox
      Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0
    computer/mac osx/edge
      Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0
    computer/mac osx/opera
      Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0
    computer/mac osx/unknown
      AppleCoreMedia/1.0.0.24B83 (Macintosh; U; Intel Mac OS X 15_1; en_us)
      Podcatcher/12 CFNetwork/1220.1 Darwin/20.3.0 (x86_64)
    computer/linux/firefox
      Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0
      Mozilla/5.0 (X11; Linux aarch64; rv:128.0) Gecko/20100101 Firefox/128.0
    computer/linux/chrome
      Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
    Safari/537.36
    computer/linux/konqueror
      Mozilla/5.0 (X11; Linux x86_64) KHTML/5.100 (like Gecko) Konqueror/5.100
    computer/freebsd/firefox
      Mozilla/5.0 (X11; FreeBSD amd64; rv:132.0) Gecko/20100101 Firefox/132.0
    computer/openbsd/firefox
      Mozilla/5.0 (X11; OpenBSD amd64; rv:130.0) Gecko/20100101 Firefox/130.0
    computer/chrome os/chrome
      Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Safari/537.36
    computer/chrome os/unknown
      Dalvik/2.1.0 (Linux; U; Android 11; Lenovo Chromebook C340-11 Build/R110-15278.72.0)
    phone/android/chrome
      Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/130.0.6723.102 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 13; SM-S911B Build/TP1A.220624.014; wv) AppleWebKit/537.36 \
    (KHTML, like Gecko) Version/4.0 Chrome/130.0.6723.58 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 12; motorola edge 30) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/115.0.0.0 Mobile Safari/537.36
    phone/android/firefox
      Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0
    phone/android/samsung internet
      Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) \
    SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36
    phone/android/edge
      Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Mobile Safari/537.36 EdgA/131.0.0.0
    phone/android/opera
      Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/130.0.0.0 Mobile Safari/537.36 OPR/86.0.0.0
      Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16
    phone/android/uc browser
      Mozilla/5.0 (Linux; U; Android 11; en-US; RMX3231 Build/RP1A.201005.001) \
    AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 \
    UCBrowser/13.4.2.1307 Mobile Safari/537.36
    phone/android/facebook
      Mozilla/5.0 (Linux; Android 13; Pixel 6 Build/TQ3A.230805.001; wv) AppleWebKit/537.36 \
    (KHTML, like Gecko) Version/4.0 Chrome/119.0.6045.66 Mobile Safari/537.36 \
    [FB_IAB/FB4A;FBAV/440.0.0.30.108;]
    phone/android/duckduckgo
      Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
    Chrome/131.0.0.0 Mobile DuckDuckGo/5 Safari/537.36
    phone/android/android browser
      Mozilla/5.0 (Linux; U; Android 4.0.3; de-de; GT-I9100 Build/IML74K) AppleWebKit/534.30 \
    (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30
    phone/android/huawei browser
      Mozilla/5.0 (Linux; Android 10; ELS-NX9; HMSCore 6.12.0.302) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/110.0.5481.153 HuaweiBrowser/14.0.2.310 Mobile Safari/537.36
    phone/android/unknown
      Dalvik/2.1.0 (Linux; U; Android 13; SM-G991B Build/TP1A.220624.014)
    unknown/android/unknown
      okhttp/4.12.0
      com.example.player/2.4.1 (Linux;Android 13) ExoPlayerLib/2.19.1
      Example/1.0 (Linux; U; Android 14) AndroidXMedia3 ExoPlayer/1.4.1
    phone/ios/safari
      Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1
      Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Mobile/15E148
      Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1
    phone/ios/chrome
      Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1
    phone/ios/firefox
      Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) FxiOS/133.0 Mobile/15E148 Safari/605.1.15
    phone/ios/edge
      Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/17.0 EdgiOS/131.0.2903.68 Mobile/15E148 Safari/605.1.15
    phone/ios/opera
      Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 OPT/5.1.2
    phone/ios/google app
      Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) GSA/344.0.695551749 Mobile/15E148 Safari/604.1
    phone/ios/instagram
      Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Mobile/21E219 Instagram 325.0.0.30.87 (iPhone14,5; iOS 17_4; de_DE)
    phone/ios/unknown
      AppleCoreMedia/1.0.0.22B83 (iPhone; U; CPU OS 18_1 like Mac OS X; de_de)
      ExampleTV/5.2 (iPhone; iOS 18.1; Scale/3.00)
    unknown/ios/unknown
      Example/41 CFNetwork/1568.200.51 Darwin/24.1.0
    tablet/ios/safari
      Mozilla/5.0 (iPad; CPU OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/15.6 Mobile/15E148 Safari/604.1
    tablet/ios/chrome
      Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1
    tablet/ios/unknown
      AppleCoreMedia/1.0.0.21G93 (iPad; U; CPU OS 17_6_1 like Mac OS X; fr_fr)
    tablet/android/chrome
      Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/131.0.0.0 Safari/537.36
      Mozilla/5.0 (Linux; Android 10; Lenovo TB-X606F) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
    tablet/android/firefox
      Mozilla/5.0 (Android 13; Tablet; rv:133.0) Gecko/133.0 Firefox/133.0
    tablet/android/silk
      Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) \
    Silk/128.5.6 like Chrome/128.0.6613.187 Safari/537.36
    tablet/android/unknown
      Dalvik/2.1.0 (Linux; U; Android 11; SM-T510 Build/RP1A.200720.012)
    phone/windows/edge
      Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254
    phone/kaios/firefox
      Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5
    phone/harmonyos/huawei browser
      Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile
    phone/unknown/unknown
      Nokia6300/2.0 (05.00) Profile/MIDP-2.0 Configuration/CLDC-1.1
    tv/tizen/samsung internet
      Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) \
    SamsungBrowser/3.1 Chrome/76.0.3809.146 TV Safari/537.36
    tv/tizen/unknown
      Mozilla/5.0 (SMART-TV; Linux; Tizen 2.4.0) AppleWebKit/538.1 (KHTML, like Gecko) \
    Version/2.4.0 TV Safari/538.1
    tv/webos/chrome
      Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/94.0.4606.128 Safari/537.36 WebAppManager
    tv/android/chrome
      Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH2 Build/SRE1.230301.001) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36
      Mozilla/5.0 (Linux; Android 11; Smart Android TV; wv) AppleWebKit/537.36 \
    (KHTML, like Gecko) Version/4.0 Chrome/110.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 9; EX-LED55UHD4) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/104.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 10; Acme 7 Build/QTT1.200805.001; wv) AppleWebKit/537.36 \
    (KHTML, like Gecko) Version/4.0 Chrome/112.0.0.0 Safari/537.36
    tv/android/silk
      Mozilla/5.0 (Linux; Android 9; AFTKA) AppleWebKit/537.36 (KHTML, like Gecko) \
    Silk/120.4.1 like Chrome/120.0.6099.230 Safari/537.36
    tv/android/unknown
      Dalvik/2.1.0 (Linux; U; Android 11; AFTKM Build/RS8101.1849N)
      Dalvik/2.1.0 (Linux; U; Android 12; Chromecast Build/STTE.230615.004)
    tv/ios/unknown
      AppleCoreMedia/1.0.0.22J580 (Apple TV; U; CPU OS 18_1 like Mac OS X; en_us)
      AppleTV11,1/18.1
    tv/roku os/unknown
      Roku/DVP-12.5 (12.5.5.4174-C2)
    tv/linux/opera
      Opera/9.80 (Linux armv7l; HbbTV/1.2.1 (; Example; TV55; 1.0; ;)) Presto/2.12.407 \
    Version/12.51
    tv/linux/chrome
      Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/90.0.4430.225 Safari/537.36 CrKey/1.56.500000 DeviceType/Chromecast
      Mozilla/5.0 (Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150 \
    Safari/537.36 HbbTV/1.6.1 (+DRM; Example; TV50; 2.0; ;)
    console/playstation/unknown
      Mozilla/5.0 (PlayStation; PlayStation 5/9.40) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/13.0 Safari/605.1.15
      Mozilla/5.0 (PLAYSTATION 3 4.91) AppleWebKit/531.22.8 (KHTML, like Gecko)
    console/windows/edge
      Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/48.0.2564.82 Safari/537.36 Edge/18.17763
    console/nintendo/unknown
      Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) \
    NF/6.0.2.21.3 NintendoBrowser/5.1.0.22474
    wearable/android/meta quest browser
      Mozilla/5.0 (X11; Linux x86_64; Quest 3) AppleWebKit/537.36 (KHTML, like Gecko) \
    OculusBrowser/35.2.0.6.42 Chrome/126.0.6478.122 VR Safari/537.36
    wearable/ios/unknown
      Example/9 watchOS/11.1 model/Watch7,3
    unknown/unknown/unknown
      Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
      curl/8.10.1
      VLC/3.0.20 LibVLC/3.0.20
      Mozilla/5.0
      -
    unknown/android/chrome
      Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/131.0.6778.69 Mobile Safari/537.36 (compatible; Googlebot/2.1; \
    +http://www.google.com/bot.html)
    tablet/android/chrome
      Mozilla/5.0 (Linux; Android 10; AGS3-L09) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 13; 23043RP34G Build/TKQ1.221114.001; wv) AppleWebKit/537.36 \
    (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 11; TB310FU) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 9; Example 10.1) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
    phone/android/chrome
      Mozilla/5.0 (Linux; Android 10; VOG-L29) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 12; Example Build/RTAS31.68-66-3) AppleWebKit/537.36 (KHTML, \
    like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36
    phone/android/unknown
      ExampleNews/7.1 (Android 14; Example 9)
      SomeTV/5.2 (Linux; Android 14; Example 9)
    tv/android/chrome
      Mozilla/5.0 (Linux; Android 11; Example TVX1 Build/UP1A.231005.007) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36
      Mozilla/5.0 (Linux; Android 9; S905X2) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Safari/537.36
      Mozilla/5.0 (Linux; Android 10; Example 4K) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Safari/537.36
    tv/android/unknown
      Dalvik/2.1.0 (Linux; U; Android 12; Example Build/STTL.240508.003)
    wearable/android/unknown
      Dalvik/2.1.0 (Linux; U; Android 13; Example Build/TWR7.231113.001)
      Dalvik/2.1.0 (Linux; U; Android 14; Example Build/AW2E.240318.016)
    console/android/chrome
      Mozilla/5.0 (Linux; Android 13; AYN Odin2) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/120.0.0.0 Mobile Safari/537.36
    computer/android/chrome
      Mozilla/5.0 (Linux; Android 13; Subsystem for Android(TM)) AppleWebKit/537.36 (KHTML, like \
    Gecko) Chrome/120.0.0.0 Safari/537.36
    computer/windows/unknown
      Example/1.0 (Windows NT 10.0; Win64; x64) Postbox/5.0.20
    computer/unknown/firefox
      Mozilla/5.0 (OS/2; Warp 4.5; rv:31.0) Gecko/20100101 Firefox/31.0
    computer/unknown/unknown
      Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.1.1
    tv/unknown/unknown
      Kodi/19.4 Example
    """
  )
}
