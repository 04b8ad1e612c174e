import AnalyticsAPI
import HTTPTypes
import Hummingbird

/// The page to which a problem's `type` leads: for people in a browser, or as text for everybody else.
struct ProblemPage {
  let kind: ProblemKind

  /// The page as whoever asks wants it.
  func response(to request: Request) -> Response {
    var response: Response
    if Self.wantsHTML(request.headers[.accept] ?? "") {
      response = .text(html)
      response.headers[.contentType] = "text/html; charset=utf-8"
      response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
    } else {
      response = .text("\(kind.title) (status \(kind.status))\n\n\(kind.explanation)\n")
    }
    response.headers[.vary] = "Accept"
    return response
  }

  /// Whether a field `Accept` names HTML, as browsers do; `*/*` wants text.
  static func wantsHTML(_ accept: String) -> Bool {
    accept.split(separator: ",").contains { range in
      let parts = range.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
      let isRefused = parts.dropFirst().contains {
        $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0
      }
      return parts.first == "text/html" && !isRefused
    }
  }

  private var html: String {
    """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(kind.title.escapedForHTML)</title>
    <style>
    :root { color-scheme: light dark }
    body { font: 1.1em/1.5 system-ui, sans-serif; max-width: 40em; margin: 4em auto; padding: 0 1em }
    </style>
    <h1>\(kind.title.escapedForHTML)</h1>
    <p>Status \(kind.status), type <code>\(kind.rawValue)</code></p>
    <p>\(kind.explanation.escapedForHTML)</p>

    """
  }
}

extension String {
  /// The text where HTML may stand.
  fileprivate var escapedForHTML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
