/// What one policy may hold. Generous for people, small enough that a thousand policies load in a moment.
package enum PolicyLimits {
    package static let rules = 500
    package static let patterns = 500
    package static let subjects = 1000
    package static let reviewers = 64
    package static let requiredReviews = 20
    package static let weeklyWindows = 64
    package static let reasonLength = 500
    /// A hold keeps a connection open; nobody waits longer than a working week.
    package static let longestApprovalTimeout = DurationText.days(7)
    package static let longestRequest = DurationText.days(365)
}
