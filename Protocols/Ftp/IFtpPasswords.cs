namespace Straightwire.Protocols.Ftp;

/// <summary>Is told, on the shard's thread, whether a password is right.</summary>
public interface IPasswordOwner
{
    /// <summary>It was checked.</summary>
    void OnVerified(bool isRight);
}

/// <summary>
/// Checks passwords on another thread, since a good hash takes a tenth of a second, one after the other.
/// </summary>
public interface IFtpPasswords
{
    /// <summary>
    /// Begins a check. Without a hash (an unknown user) it takes as long, and the answer is no. False when
    /// too many wait already.
    /// </summary>
    bool TryVerify(string? hash, string password, IPasswordOwner owner);

    /// <summary>Tells owners what was found. At the beginning of a pass, on the shard's thread.</summary>
    void Poll();
}
