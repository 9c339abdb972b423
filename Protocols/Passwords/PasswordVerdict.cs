namespace Straightwire.Protocols.Passwords;

/// <summary>What became of a check.</summary>
public enum PasswordVerdict
{
    /// <summary>It was not made: others had less of the checkers' time.</summary>
    Refused,

    /// <summary>The password is wrong, or its user unknown.</summary>
    Wrong,

    /// <summary>The password is right.</summary>
    Right,
}
