extension NationalNumber {
    /// Each with the check that its country publishes.
    static let all: [NationalNumber] = europe + elsewhere

    private static let europe: [NationalNumber] = [
        NationalNumber(.atSVNR, 10, ["0000 000000"], proof: .word) { digits in
            digits[0] != 0 && digits.sum([3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digits[3]
        },
        NationalNumber(.beNRN, 11, ["00.00.00-000.00", "00.00.00-000-00"], proof: .writing) { digits in
            let number = digits.number(0..<9)
            let check = digits.number(9..<11)
            return digits[2] * 10 + digits[3] <= 12 && digits.number(4..<6) <= 31
                && (97 - number % 97 == check || 97 - (2_000_000_000 + number) % 97 == check)
        },
        NationalNumber(.bgEGN, 10, proof: .word) { digits in
            let month = digits.number(2..<4) % 20
            return isDay(digits.number(4..<6), month: month)
                && digits.sum([2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digits[9]
        },
        NationalNumber(.chAHV, 13, ["000.0000.0000.00", "000 0000 0000 00"], proof: .number) { digits in
            digits.number(0..<3) == 756
                && digits.sum([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).isMultiple(of: 10)
        },
        NationalNumber(.czRC, 10, ["000000/0000"], proof: .writing) { digits in
            let month = digits.number(2..<4) % 50
            return isDay(digits.number(4..<6), month: month > 20 ? month - 20 : month)
                && digits.number(0..<10).isMultiple(of: 11)
        },
        NationalNumber(.deSteuerID, 11, ["00 000 000 000", "00 000000000"], proof: .writing) { digits in
            digits[0] != 0 && hasOneRepeatedDigit(digits) && isModulo11And10(digits, 11)
        },
        NationalNumber(.dkCPR, 10, ["000000-0000"], proof: .writing) { digits in
            isDay(digits.number(0..<2), month: digits.number(2..<4))
                && digits.sum([4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).isMultiple(of: 11)
        },
        NationalNumber(.frNIR, 15, ["0 00 00 00 000 000 00"], proof: .number) { digits in
            let month = digits.number(3..<5)
            return (1...2).contains(digits[0]) && ((1...12).contains(month) || (20...42).contains(month))
                && 97 - digits.number(0..<13) % 97 == digits.number(13..<15)
        },
        NationalNumber(.hrOIB, 11, proof: .word) { isModulo11And10($0, 11) },
        NationalNumber(.nlBSN, 9, ["0000.00.000", "000 000 000"], proof: .word) { digits in
            digits.number(0..<9) > 9_999_999
                && (digits.sum([9, 8, 7, 6, 5, 4, 3, 2]) - digits[8]).isMultiple(of: 11)
        },
        NationalNumber(.noFNR, 11, ["000000 00000"], proof: .number) { digits in
            isDay(digits.number(0..<2) % 40, month: digits.number(2..<4) % 40)
                && digits.sum([3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).isMultiple(of: 11)
                && digits.sum([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).isMultiple(of: 11)
        },
        NationalNumber(.plPESEL, 11, proof: .word) { digits in
            isDay(digits.number(4..<6), month: digits.number(2..<4) % 20)
                && digits.sum([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).isMultiple(of: 10)
        },
        NationalNumber(.ptNIF, 9, ["000 000 000"], proof: .word) { digits in
            let rest = digits.sum([9, 8, 7, 6, 5, 4, 3, 2]) % 11
            return digits[0] != 0 && digits[0] != 4 && digits[0] != 7
                && digits[8] == (rest < 2 ? 0 : 11 - rest)
        },
        NationalNumber(.roCNP, 13, proof: .word) { digits in
            let rest = digits.sum([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
            return digits[0] != 0 && isDay(digits.number(5..<7), month: digits.number(3..<5))
                && digits[12] == (rest == 10 ? 1 : rest)
        },
        NationalNumber(.sePNR, 10, ["000000-0000"], proof: .writing) { isPersonnummer($0, from: 0) },
        NationalNumber(.sePNR, 12, ["00000000-0000"], proof: .writing) { digits in
            (18...20).contains(digits.number(0..<2)) && isPersonnummer(digits, from: 2)
        },
        NationalNumber(.ukNHS, 10, ["000 000 0000", "000-000-0000"], proof: .word) { digits in
            let check = 11 - digits.sum([10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
            return check % 11 == digits[9] && check != 10
        },
    ]

    private static let elsewhere: [NationalNumber] = [
        NationalNumber(.auMedicare, 10, ["0000 00000 0", "0000-00000-0"], proof: .writing) { digits in
            (2...6).contains(digits[0]) && digits.sum([1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits[8]
        },
        NationalNumber(.auTFN, 9, ["000 000 000"], proof: .word) { digits in
            digits.sum([1, 4, 3, 7, 5, 8, 6, 9, 10]).isMultiple(of: 11)
        },
        NationalNumber(.brCNPJ, 14, ["00.000.000/0000-00"], proof: .writing) { digits in
            !allSame(digits, 14) && isBrazilian(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
                && isBrazilian(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
        },
        NationalNumber(.brCPF, 11, ["000.000.000-00"], proof: .writing) { digits in
            !allSame(digits, 11) && isBrazilian(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2])
                && isBrazilian(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
        },
        NationalNumber(.caSIN, 9, ["000 000 000", "000-000-000"], proof: .word) { digits in
            digits[0] != 0 && digits[0] != 8 && isLuhn(digits, 0..<9)
        },
        NationalNumber(.cnID, 18, proof: .number) { digits in
            (1...8).contains(digits[0]) && (18...20).contains(digits.number(6..<8))
                && isDay(digits.number(12..<14), month: digits.number(10..<12))
                && (digits.sum(chineseWeights) + digits[17]) % 11 == 1
        },
        NationalNumber(.ilID, 9, proof: .word) { isLuhn($0, 0..<9) },
        NationalNumber(.inAadhaar, 12, ["0000 0000 0000", "0000-0000-0000"], proof: .writing) { digits in
            digits[0] >= 2 && isVerhoeff(digits, 12)
        },
        NationalNumber(.jpMyNumber, 12, ["0000 0000 0000", "0000-0000-0000"], proof: .word) { digits in
            let rest = digits.sum([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
            return digits[11] == (rest <= 1 ? 0 : 11 - rest)
        },
        NationalNumber(.krRRN, 13, ["000000-0000000"], proof: .writing) { digits in
            // Those given since October 2020 have no check digit.
            isDay(digits.number(4..<6), month: digits.number(2..<4)) && (1...8).contains(digits[6])
        },
        NationalNumber(.trTCKN, 11, proof: .word) { digits in
            let odd = digits[0] + digits[2] + digits[4] + digits[6] + digits[8]
            let even = digits[1] + digits[3] + digits[5] + digits[7]
            return digits[0] != 0 && (7 * odd - even + 100) % 10 == digits[9]
                && (odd + even + digits[9]) % 10 == digits[10]
        },
        NationalNumber(.usITIN, 9, ["000-00-0000"], proof: .writing) { digits in
            // 9, and for the middle the ranges that the IRS gives out.
            let middle = digits.number(3..<5)
            return digits[0] == 9
                && (50...65 ~= middle || 70...88 ~= middle || 90...92 ~= middle || 94...99 ~= middle)
        },
        NationalNumber(.zaID, 13, ["000000 0000 000"], proof: .word) { digits in
            isDay(digits.number(4..<6), month: digits.number(2..<4)) && digits[10] <= 2
                && isLuhn(digits, 0..<13)
        },
    ]
}
