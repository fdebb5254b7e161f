import Crypto

/// The answer to AuthenticationMD5Password: `md5` and the hexadecimal MD5 of (the hexadecimal MD5 of password and user)
/// and the salt (manual, 55.2.1 "Start-up"). The server dictates this hash; it is not our choice.
package enum MD5Password {
    package static func response(user: String, password: UpstreamPassword, salt: [UInt8]) -> [UInt8] {
        let inner = hexadecimal(Insecure.MD5.hash(data: password.bytes + Array(user.utf8)))
        return Array("md5".utf8) + hexadecimal(Insecure.MD5.hash(data: inner + salt))
    }

    private static func hexadecimal(_ digest: Insecure.MD5.Digest) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return digest.flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    }
}
