/// A certificate of `localhost`, signed by itself, valid until 2120, and its key; both were made for tests.
public enum TestCertificate {
  /// The certificate, in PEM.
  public static let chain = """
    -----BEGIN CERTIFICATE-----
    MIIBQTCB6KADAgECAgEHMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
    dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
    bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED7sypJomI/BwO/rS
    tU8mfp1gWWI1lm5cWIU8ae6sCAFVAMI2MdYGjVNELhCEdGtcAwXXoE4/7RmQKBO9
    lUQf56MpMCcwFAYDVR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8w
    CgYIKoZIzj0EAwIDSAAwRQIhAIR8rjR/3Q3yZCLR4iHpvFSVXt0OTcL5SDZoDS7u
    PqULAiBKPvco/NfAGfDy/9UAL7EJRzTrkQScXuMBLKjDSxwfOQ==
    -----END CERTIFICATE-----
    """
  /// Its key, in PEM.
  public static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnOsbMHmX0NV/LFq4
    0keC6W2W++HdI558hrdVdjTN80yhRANCAAQPuzKkmiYj8HA7+tK1TyZ+nWBZYjWW
    blxYhTxp7qwIAVUAwjYx1gaNU0QuEIR0a1wDBdegTj/tGZAoE72VRB/n
    -----END PRIVATE KEY-----
    """
}
