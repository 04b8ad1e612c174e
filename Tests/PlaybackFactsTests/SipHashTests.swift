import PlaybackFacts
import Testing

@Suite("SipHash")
struct SipHashTests {
  /// The key 00 01 … 0f of the reference vectors.
  private let key = SipHash.Key(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)

  /// The first outputs of the reference implementation, for inputs 00 01 … of growing length.
  private static let reference: [UInt64] = [
    0x726f_db47_dd0e_0e31, 0x74f8_39c5_93dc_67fd, 0x0d6c_8009_d9a9_4f5a, 0x8567_6696_d7fb_7e2d,
    0xcf27_94e0_2771_87b7, 0x1876_5564_cd99_a68d, 0xcbc9_466e_58fe_e3ce, 0xab02_00f5_8b01_d137,
    0x93f5_f579_9a93_2462, 0x9e00_82df_0ba9_e4b0, 0x7a5d_bbc5_94dd_b9f3, 0xf4b3_2f46_226b_ada7,
    0x751e_8fbc_860e_e5fb, 0x14ea_5627_c084_3d90, 0xf723_ca90_8e7a_f2ee, 0xa129_ca61_49be_45e5,
  ]

  @Test(arguments: 0..<16)
  func `hashes are those of the reference`(length: Int) {
    #expect(SipHash.hash((0..<length).map { UInt8($0) }, key: key) == Self.reference[length])
  }

  @Test(arguments: [0, 1, 7, 8, 9, 15])
  func `bytes in one piece, anywhere in memory, and bytes one by one have the same hash`(
    length: Int
  ) {
    let bytes = [0xff, 0xff, 0xff] + (0..<length).map { UInt8($0) }
    let oneByOne = (0..<length).lazy.map { UInt8($0) }

    #expect(SipHash.hash(bytes[3...], key: key) == Self.reference[length])
    #expect(SipHash.hash(oneByOne, key: key) == Self.reference[length])
  }

  @Test func `each half of the key matters`() {
    let text = "viewer".utf8

    let hashes: Set = [
      SipHash.hash(text, key: SipHash.Key(low: 1, high: 2)),
      SipHash.hash(text, key: SipHash.Key(low: 2, high: 2)),
      SipHash.hash(text, key: SipHash.Key(low: 1, high: 3)),
    ]

    #expect(hashes.count == 3)
  }
}
