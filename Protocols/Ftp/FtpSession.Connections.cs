using System.Text;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <content>
/// Where data connections come from and go to: PASV, EPSV, PORT, EPRT (RFC 959 §3.2, RFC 2428).
/// </content>
internal sealed partial class FtpSession
{
    private const int PrivilegedPorts = 1024;

    // The data connection that is expected, open, or carries the transfer.
    private FtpData? _data;

    // The port that it is expected on; 0 for an active one.
    private ushort _passivePort;

    // Where the client asked to be connected to; 0 when it did not.
    private ushort _activePort;
    private bool _isOnlyEpsv;

    /// <summary>Something has become of the data connection.</summary>
    internal void OnDataChanged() => Resume();

    private void OnPasv(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (_isOnlyEpsv)
        {
            Reply(503, "EPSV ALL was given.", ref output);
        }
        else if (IsBare(argument, ref output) && TryExpect(ref output))
        {
            Span<byte> place = stackalloc byte[32];
            Ipv4Address address = _service.Options.MasqueradeAddress ?? _flow.LocalAddress;
            int length = HostPort.WritePasv(address, _passivePort, place);
            Reply(227, $"Entering Passive Mode ({Encoding.ASCII.GetString(place[..length])}).", ref output);
        }
    }

    private void OnEpsv(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (HostPort.ParseEpsv(argument))
        {
            case EpsvResult.All:
                _isOnlyEpsv = true;
                Reply(200, "From now on only EPSV is taken.", ref output);
                break;
            case EpsvResult.UnsupportedProtocol:
                Reply(522, "That network protocol is not supported, use (1).", ref output);
                break;
            case EpsvResult.Malformed:
                Reply(501, "EPSV takes nothing, 1 or ALL.", ref output);
                break;
            default:
                if (TryExpect(ref output))
                {
                    Span<byte> place = stackalloc byte[16];
                    int length = HostPort.WriteEpsv(_passivePort, place);
                    string text = Encoding.ASCII.GetString(place[..length]);
                    Reply(229, $"Entering Extended Passive Mode ({text})", ref output);
                }
                break;
        }
    }

    private void OnPort(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!MayOpen(ref output))
        {
            return;
        }
        if (HostPort.TryParsePort(argument, out Ipv4Address address, out ushort port))
        {
            Aim(address, port, ref output);
        }
        else
        {
            Reply(501, "PORT needs h1,h2,h3,h4,p1,p2.", ref output);
        }
    }

    private void OnEprt(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!MayOpen(ref output))
        {
            return;
        }
        switch (HostPort.TryParseEprt(argument, out Ipv4Address address, out ushort port))
        {
            case EprtResult.Ok:
                Aim(address, port, ref output);
                break;
            case EprtResult.UnsupportedProtocol:
                Reply(522, "That network protocol is not supported, use (1).", ref output);
                break;
            default:
                Reply(501, "EPRT needs |1|address|port|.", ref output);
                break;
        }
    }

    private bool MayOpen(ref StreamOutput output)
    {
        if (_isOnlyEpsv)
        {
            Reply(503, "EPSV ALL was given.", ref output);
        }
        else if (!_service.Options.AllowsActive)
        {
            Reply(502, "Active mode is switched off: use PASV or EPSV.", ref output);
        }
        return !_isOnlyEpsv && _service.Options.AllowsActive;
    }

    // RFC 2577 §3: data go to the control connection's peer only, and to none of its privileged ports.
    private void Aim(Ipv4Address address, ushort port, ref StreamOutput output)
    {
        if (address != _flow.RemoteAddress || port < PrivilegedPorts)
        {
            _service.Counters.BouncesRefused++;
            Reply(504, "Only your own address and ports from 1024 on are taken.", ref output);
            return;
        }
        DropData();
        _activePort = port;
        Reply(200, "Data connections go there.", ref output);
    }

    private bool TryExpect(ref StreamOutput output)
    {
        DropData();
        FtpData data = new(this, _service);
        ushort port = _service.Expect(_flow.RemoteAddress, data);
        if (port == 0)
        {
            Reply(425, "No passive port is free. Try again later.", ref output);
            return false;
        }
        (_data, _passivePort) = (data, port);
        return true;
    }

    // Whether there is a data connection, or will be.
    private bool TryPrepareData(ref StreamOutput output)
    {
        if (_data is { End: not DataEnd.None })
        {
            DropData();
        }
        if (_data is not null)
        {
            return true;
        }
        ushort port = _activePort;
        _activePort = 0;
        if (port == 0)
        {
            Reply(425, "Use PASV, EPSV, PORT or EPRT first.", ref output);
            return false;
        }
        FtpData data = new(this, _service);
        FlowKey flow = new(_flow.LocalAddress, _service.Options.ActivePort, _flow.RemoteAddress, port);
        if (!_service.Network.TryConnect(flow, data, output.Now, out StreamId id)
            && !_service.Network.TryConnect(flow with { LocalPort = 0 }, data, output.Now, out id))
        {
            _service.Counters.DataConnectionsFailed++;
            Reply(425, "The data connection cannot be opened now.", ref output);
            return false;
        }
        data.OnOpening(id);
        (_data, _passivePort) = (data, 0);
        return true;
    }

    // The data connection is not wanted any more.
    private void DropData()
    {
        if (_data is { } data)
        {
            if (_passivePort != 0 && !data.WasOpened)
            {
                _service.Unexpect(_passivePort, _flow.RemoteAddress);
            }
            data.Abort();
        }
        _data = null;
        _passivePort = 0;
        _activePort = 0;
    }
}
