using System.Text;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Where a session's data connections come from and go to: PASV, EPSV, PORT, EPRT (RFC 959 §3.2, RFC 2428).
/// The last of these commands that was taken counts, and PORT and EPRT that are refused leave nothing: what
/// the client expects then is not what it asked for before.
/// </summary>
internal sealed class DataEndpoint(FtpSession session)
{
    private const int PrivilegedPorts = 1024;

    // The port that the connection is expected on; 0 for an active one.
    private ushort _passivePort;

    // Where the client asked to be connected to; 0 when it did not.
    private ushort _activePort;
    private bool _isOnlyEpsv;

    /// <summary>The data connection that is expected, open, or carries the transfer; null without.</summary>
    public FtpData? Connection { get; private set; }

    private static FtpReply OnlyEpsv => new(503, "EPSV ALL was given.");

    /// <summary>PASV: expects a client, and tells where.</summary>
    public FtpReply OnPasv()
    {
        if (_isOnlyEpsv)
        {
            return OnlyEpsv;
        }
        if (Expect() is { } refusal)
        {
            return refusal;
        }
        Span<byte> place = stackalloc byte[HostPort.PasvLengthMax];
        IpAddress address = session.Service.Options.PassiveAddress ?? session.Flow.LocalAddress;
        int length = HostPort.WritePasv(address.ToIpv4(), _passivePort, place);
        return new(227, $"Entering Passive Mode ({Encoding.ASCII.GetString(place[..length])}).");
    }

    /// <summary>EPSV: the same, or from now on nothing else.</summary>
    public FtpReply OnEpsv(ReadOnlySpan<byte> argument)
    {
        switch (HostPort.ParseEpsv(argument))
        {
            case EpsvResult.All:
                _isOnlyEpsv = true;
                return new(200, "From now on only EPSV is taken.");
            case EpsvResult.UnsupportedProtocol:
                return new(522, "That network protocol is not supported, use (1).");
            case EpsvResult.Malformed:
                return new(501, "EPSV takes nothing, 1 or ALL.");
        }
        if (Expect() is { } refusal)
        {
            return refusal;
        }
        Span<byte> place = stackalloc byte[HostPort.EpsvLengthMax];
        int length = HostPort.WriteEpsv(_passivePort, place);
        return new(229, $"Entering Extended Passive Mode ({Encoding.ASCII.GetString(place[..length])})");
    }

    /// <summary>PORT: the next transfer goes there.</summary>
    public FtpReply OnPort(ReadOnlySpan<byte> argument)
    {
        if (BeginActive() is { } refusal)
        {
            return refusal;
        }
        return HostPort.TryParsePort(argument, out Ipv4Address address, out ushort port)
            ? Aim(address, port)
            : new(501, "PORT needs h1,h2,h3,h4,p1,p2.");
    }

    /// <summary>EPRT: the same, as RFC 2428 §2 writes it.</summary>
    public FtpReply OnEprt(ReadOnlySpan<byte> argument)
    {
        if (BeginActive() is { } refusal)
        {
            return refusal;
        }
        return HostPort.TryParseEprt(argument, out Ipv4Address address, out ushort port) switch
        {
            EprtResult.Ok => Aim(address, port),
            EprtResult.UnsupportedProtocol => new(522, "That network protocol is not supported, use (1)."),
            _ => new(501, "EPRT needs |1|address|port|."),
        };
    }

    /// <summary>
    /// A transfer is to begin: there is a connection then, or will be; else the answer is why not.
    /// </summary>
    public FtpReply? Open()
    {
        if (Connection is { End: not DataEnd.None })
        {
            Drop();
        }
        if (Connection is not null)
        {
            return null;
        }
        ushort port = _activePort;
        _activePort = 0;
        return port == 0 ? new(425, "Use PASV, EPSV, PORT or EPRT first.") : Connect(port);
    }

    /// <summary>The connection has carried its transfer, and is for no other one.</summary>
    public void Release() => (Connection, _passivePort) = (null, 0);

    /// <summary>The connection is not wanted any more, nor the place that it was to go to.</summary>
    public void Drop()
    {
        if (Connection is { } data)
        {
            if (_passivePort != 0 && !data.WasOpened)
            {
                session.Service.Unexpect(_passivePort, session.Flow.RemoteAddress);
            }
            data.Abort();
        }
        Release();
        _activePort = 0;
    }

    /// <summary>REIN: nothing is left of what a user asked for.</summary>
    public void Reset()
    {
        Drop();
        _isOnlyEpsv = false;
    }

    private FtpReply? BeginActive()
    {
        Drop();
        if (_isOnlyEpsv)
        {
            return OnlyEpsv;
        }
        return session.Service.Options.Active
            ? null
            : new(502, "Active mode is switched off: use PASV or EPSV.");
    }

    // RFC 2577 §3: data go to the control connection's peer only, and to none of its privileged ports.
    private FtpReply Aim(IpAddress address, ushort port)
    {
        if (address != session.Flow.RemoteAddress || port < PrivilegedPorts)
        {
            session.Service.Counters.BouncesRefused++;
            return new(504, "Only your own address and ports from 1024 on are taken.");
        }
        _activePort = port;
        return new(200, "Data connections go there.");
    }

    private FtpReply? Expect()
    {
        Drop();
        FtpData data = new(session, session.Service);
        ushort port = session.Service.Expect(session.Flow.RemoteAddress, data);
        if (port == 0)
        {
            return new(425, "No passive port is free. Try again later.");
        }
        (Connection, _passivePort) = (data, port);
        return null;
    }

    private FtpReply? Connect(ushort port)
    {
        FtpService service = session.Service;
        FtpData data = new(session, service);
        FlowKey flow = session.Flow with { LocalPort = service.Options.ActivePort, RemotePort = port };
        if (!service.Network.TryConnect(flow, data, service.Now, out StreamId id)
            && !service.Network.TryConnect(flow with { LocalPort = 0 }, data, service.Now, out id))
        {
            service.Counters.DataConnectionsFailed++;
            return new(425, "The data connection cannot be opened now.");
        }
        data.OnOpening(id);
        (Connection, _passivePort) = (data, 0);
        return null;
    }
}
