using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Straightwire.Protocols.Ftp;
using Straightwire.Simulation;
using Straightwire.Simulation.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>
/// What one client says and hears, line by line:
/// <code>
/// &gt; text       sends a command and CRLF; \xNN, \r, \n, \\ and \" as in C
/// &gt;&gt; text      sends bytes as they are
/// &lt; text       the next line that comes; * is any text
/// &lt;&lt; 211       the next reply as a whole, of one line or several, well formed
/// silence      nothing comes for a second
/// wait 30s     time passes; ms, s or m
/// login alice  USER and PASS; of "anonymous" any password
/// enter alice  the greeting and a login; "enter alice I" and TYPE I
/// passive      PASV and a data connection to what it answers
/// connect      a data connection to the port of the last 227 or 229
/// listen 3000  the server's next connection to that port is the data connection
/// data "text"  all that comes on the data connection until it ends is this; or a path of the content
/// data from 5 /a.txt   the same, from an offset on
/// ignore       the data connection is not read; "read" ends that
/// put "text"   sends on the data connection
/// finish       ends the data connection; "reset" breaks it
/// gone         the data connection is broken, refused or not there
/// file /a "x"  the content has that file; "nofile /a" that it has none; "directory /a/", "nodirectory /a/"
/// log Upload /a 5 226   the next record of the log: what, path, bytes, reply
/// counter Downloads 1   a counter of the service
/// hangup       the control connection ends by FIN; "cut" by RST
/// closed       the server has closed the control connection, and nothing else came before
/// </code>
/// </summary>
internal sealed class FtpScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FtpWorld _world;
    private readonly FtpConnection _control;
    private FtpConnection? _data;
    private int _heard;
    private int _logged;
    private string _at = "";
    private ushort _port;
    private ushort _listens;

    private FtpScript(FtpWorld world)
    {
        _world = world;
        _control = world.Connect();
    }

    /// <summary>Runs a script in a world of its own, and requires that nothing is left of it.</summary>
    public static void Run(string script, Func<FtpOptions, FtpOptions>? change = null) =>
        Run(script, new FtpWorld(change: change));

    /// <summary>Runs a script in a world that the test has prepared.</summary>
    public static void Run(string script, FtpWorld world)
    {
        FtpScript run = Begin(world);
        run.Do(script);
        run.End();
    }

    /// <summary>A client that the test tells what to do.</summary>
    public static FtpScript Begin(FtpWorld world) => new(world);

    /// <summary>Does the lines of a script.</summary>
    public void Do(string script)
    {
        foreach (string line in script.Split('\n'))
        {
            if (line.Length > 0)
            {
                _at = line;
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                string word = space < 0 ? line : line[..space];
                string rest = space < 0 ? "" : line[(space + 1)..];
                if (!Talk(word, rest) && !Transfer(word, rest) && !Look(word, rest))
                {
                    Fail("is no line of a script");
                }
            }
        }
    }

    /// <summary>Ends the client; nothing that nobody heard came, and nothing of it is left.</summary>
    public void End()
    {
        _at = "the end";
        _world.Run(TimeSpan.FromSeconds(1));
        Require(_heard == _control.ReceivedCount, "all replies are expected, but " + Unheard);
        _data?.Abort();
        _control.Abort();
        _world.ClientNetwork.Unexpect(_listens, TwoStacks.ServerAddress);
        _world.Run(TimeSpan.FromMinutes(5));
        _world.RequireEmpty();
    }

    /// <summary>Sends a command, hears the whole reply, and tells its code.</summary>
    public int Ask(string command)
    {
        _control.Send([.. Bytes(command), (byte)'\r', (byte)'\n']);
        return Hear("> " + command);
    }

    /// <summary>Hears the next reply as a whole, and tells its code.</summary>
    public int Hear(string after = "a reply")
    {
        _at = after;
        return ReadReply("*");
    }

    /// <summary>Leaves whatever has come, by RST.</summary>
    public void Leave()
    {
        _data?.Abort();
        _control.Abort();
        _world.Run(TimeSpan.FromSeconds(1));
        _heard = _control.ReceivedCount;
    }

    /// <summary>What comes on the control connection from now on stays in the receive window.</summary>
    public void StopReading() => _control.IsReading = false;

    /// <summary>It is read again.</summary>
    public void ReadOn() => _control.Resume();

    /// <summary>The port of the last 227 or 229.</summary>
    public ushort Port => _port;

    private string Unheard => "there is \"" + _control.Text(_heard) + "\"";

    private bool Talk(string word, string rest)
    {
        switch (word)
        {
            case ">":
                _control.Send([.. Bytes(rest), (byte)'\r', (byte)'\n']);
                return true;
            case ">>":
                _control.Send(Bytes(rest));
                _world.Run(TimeSpan.FromMilliseconds(1));
                return true;
            case "<":
                string line = NextLine();
                Require(IsLike(line, rest), $"it is so, but it is \"{line}\"");
                return true;
            case "<<":
                ReadReply(rest);
                return true;
            case "silence":
                _world.Run(TimeSpan.FromSeconds(1));
                Require(_heard == _control.ReceivedCount, "nothing comes, but " + Unheard);
                return true;
            case "wait":
                _world.Run(TimeOf(rest));
                return true;
            case "login":
                Do($"> USER {rest}\n< 331 *\n> PASS secret\n< 230 *");
                return true;
            case "enter":
                string[] who = rest.Split(' ');
                Do($"< 220 *\nlogin {who[0]}" + (who.Length > 1 ? $"\n> TYPE {who[1]}\n< 200 *" : ""));
                return true;
            case "hangup":
                _control.Finish();
                return true;
            case "cut":
                _control.Abort();
                return true;
            case "closed":
                Require(Soon(() => _control.IsPeerFinished), "the server has closed");
                Require(_heard == _control.ReceivedCount, "nothing came before, but " + Unheard);
                return true;
            default:
                return false;
        }
    }

    private bool Transfer(string word, string rest)
    {
        switch (word)
        {
            case "passive":
                Do("> PASV\n< 227 *\nconnect");
                return true;
            case "connect":
                _data = _world.Connect(_port);
                Require(Soon(() => _data.IsConnected || _data.End is not null), "an answer came");
                return true;
            case "listen":
                _listens = ushort.Parse(rest, CultureInfo.InvariantCulture);
                _data = _world.Expect(_listens);
                return true;
            case "put":
                _data!.Send(Bytes(rest.Trim('"')));
                return true;
            case "data":
                Require(Soon(() => _data!.IsPeerFinished || _data.End is not null), "the data end");
                Require(_data!.IsPeerFinished, $"they end in order, but by {_data.End}");
                Assert.That(Encoding.Latin1.GetString(_data.Received), Is.EqualTo(
                    Encoding.Latin1.GetString(ContentOf(rest))), _at);
                _data.Finish();
                return true;
            case "ignore":
                _data!.IsReading = false;
                return true;
            case "read":
                _data!.Resume();
                return true;
            case "finish":
                _data!.Finish();
                return true;
            case "reset":
                _data!.Abort();
                return true;
            case "gone":
                Require(Soon(() => _data!.End is not null), "the data connection is gone");
                return true;
            default:
                return false;
        }
    }

    private bool Look(string word, string rest)
    {
        string[] words = rest.Split(' ', 2);
        switch (word)
        {
            case "file":
                byte[]? file = _world.Changes.Find(words[0]);
                Require(file is not null, "it is there");
                Assert.That(Encoding.Latin1.GetString(file!), Is.EqualTo(
                    Encoding.Latin1.GetString(Bytes(words[1].Trim('"')))), _at);
                return true;
            case "nofile":
                Require(_world.Changes.Find(rest) is null, "it is not there");
                return true;
            case "directory":
                Require(_world.Changes.HasDirectory(rest), "it is there");
                return true;
            case "nodirectory":
                Require(!_world.Changes.HasDirectory(rest), "it is not there");
                return true;
            case "log":
                Require(_logged < _world.Log.Records.Count, "there is a record");
                FtpRecord record = _world.Log.Records[_logged++];
                string told = $"{record.Action} {record.Path} {record.Bytes} {record.Reply}";
                Require(IsLike(told, rest), $"it is so, but it is \"{told}\"");
                return true;
            case "counter":
                long value = (long)typeof(FtpCounters).GetField(words[0])!.GetValue(_world.Service.Counters)!;
                Require(value.ToString(CultureInfo.InvariantCulture) == words[1], $"it is {value}");
                return true;
            default:
                return false;
        }
    }

    // RFC 959 §4.2: "code-text", any lines, "code text" with the same code.
    private int ReadReply(string pattern)
    {
        string first = NextLine();
        Require(first.Length >= 4 && first[3] is ' ' or '-', $"a reply has a code, but it is \"{first}\"");
        string line = first;
        while (first[3] == '-' && !line.StartsWith(first[..3] + " ", StringComparison.Ordinal))
        {
            line = NextLine();
        }
        Require(IsLike(line, pattern) || line[..3] == pattern, $"it is so, but it is \"{line}\"");
        return int.Parse(first[..3], CultureInfo.InvariantCulture);
    }

    private string NextLine()
    {
        int end = -1;
        Soon(() => (end = _control.EndOfLine(_heard)) >= 0 || _control.IsPeerFinished
            || _control.End is not null);
        Require(end >= 0, "a line comes");
        byte[] line = _control.Received[_heard..end];
        _heard = end;
        Require(line.Length > 1 && line[^2] == (byte)'\r', "a line ends with CRLF");
        string text = Encoding.UTF8.GetString(line, 0, line.Length - 2);
        LearnPort(text);
        return text;
    }

    private void LearnPort(string line)
    {
        if (Regex.Match(line, @"^227 .*,(\d+),(\d+)\)") is { Success: true } passive)
        {
            _port = (ushort)((Number(passive, 1) * 256) + Number(passive, 2));
        }
        else if (Regex.Match(line, @"^229 .*\(\|\|\|(\d+)\|\)") is { Success: true } extended)
        {
            _port = (ushort)Number(extended, 1);
        }
    }

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private bool Soon(Func<bool> done) => _world.RunUntil(done, Patience);

    private byte[] ContentOf(string what)
    {
        if (what.StartsWith('"'))
        {
            return Bytes(what.Trim('"'));
        }
        string[] words = what.Split(' ');
        int from = words[0] == "from" ? int.Parse(words[1], CultureInfo.InvariantCulture) : 0;
        return _world.Changes.Find(words[^1])![from..];
    }

    private static bool IsLike(string text, string pattern) => Regex.IsMatch(
        text, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$");

    private static TimeSpan TimeOf(string text) => text switch
    {
        [.. var number, 'm', 's'] =>
            TimeSpan.FromMilliseconds(int.Parse(number, CultureInfo.InvariantCulture)),
        [.. var number, 'm'] => TimeSpan.FromMinutes(int.Parse(number, CultureInfo.InvariantCulture)),
        _ => TimeSpan.FromSeconds(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
    };

    private static byte[] Bytes(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i..(i + 1)]));
                continue;
            }
            i++;
            if (text[i] == 'x')
            {
                bytes.Add(Convert.ToByte(text[(i + 1)..(i + 3)], 16));
                i += 2;
            }
            else
            {
                bytes.Add((byte)(text[i] == 'r' ? '\r' : text[i] == 'n' ? '\n' : text[i]));
            }
        }
        return [.. bytes];
    }

    private void Require(bool holds, string rule)
    {
        if (!holds)
        {
            Fail("does not hold: " + rule);
        }
    }

    private void Fail(string why) => Assert.Fail($"\"{_at}\" {why}");
}
