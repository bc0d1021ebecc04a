using System.Text;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess.Server;

/// <summary>A server circuit without sockets: requests go in as bytes, answers come out as lines.</summary>
internal sealed class ServerHarness : ICaServerHost, IDisposable
{
    private readonly CaReceiveBuffer _received = new(1 << 24);

    public ServerHarness(int congestedAt = 1 << 20, CaServerLimits? limits = null, IAccessPolicy? access = null)
    {
        Access = access ?? OpenAccess.Instance;
        Outbox = new(congestedAt, () => Wakes++);
        Circuit = new(this, Outbox, "10.0.0.1", limits ?? new());
    }

    public Dictionary<string, CaServedPv> Pvs { get; } = [];
    public Func<string, CaLocation>? Directory { get; set; }
    public List<(CaPut Put, CaPutResult Result)> Puts { get; } = [];
    public List<(string Name, Action Answer)> Parked { get; } = [];
    public CaOutbox Outbox { get; }
    public CaServerCircuit Circuit { get; }
    public int Wakes { get; private set; }
    public IAccessPolicy Access { get; }
    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    public ushort AdvertisedPort { get; set; } = 5064;
    public uint AdvertisedAddress { get; set; } = CaAddress.Sender;

    public CaServedPv? Find(string pvName) => Pvs.GetValueOrDefault(pvName);

    public CaLocation Locate(string channelName) =>
        CaField.Resolve(channelName, Find) is not null ? CaLocation.Here : Directory?.Invoke(channelName) ?? CaLocation.Unknown;

    public void Park(string channelName, Action answer) => Parked.Add((channelName, answer));

    public void OnPut(in CaPut put, in CaPutResult result) => Puts.Add((put, result));

    public CaServedPv Add(string name, PvValue value, CaPvOptions? options = null, PvMeta? meta = null) =>
        Pvs[name] = new(name, new(value, default, default, 0, meta), options ?? new());

    /// <summary>Sends what the writer writes.</summary>
    public void Send(Action<CaOutbox> write)
    {
        using var request = new CaOutbox(int.MaxValue, () => { });
        lock (request.Gate)
            write(request);
        SendBytes(request.Take().Span);
    }

    public void SendBytes(ReadOnlySpan<byte> bytes)
    {
        _received.Append(bytes);
        while (_received.TryTake(out var message))
            Circuit.Receive(message);
    }

    /// <summary>Greets as libca does.</summary>
    public ServerHarness Greet(string user = "user", string host = "host")
    {
        Send(w =>
        {
            CaWriter.Version(w);
            CaWriter.ClientName(w, user);
            CaWriter.HostName(w, host);
        });
        Drain();
        return this;
    }

    /// <summary>Creates a channel and gives its sid.</summary>
    public uint Create(string name, uint cid = 1)
    {
        Send(w => CaWriter.CreateChannel(w, cid, name));
        var created = Messages().Single(m => m.Header.Command == CaCommand.CreateChannel);
        return created.Header.Parameter2;
    }

    public List<(CaHeader Header, byte[] Payload)> Messages()
    {
        var messages = new List<(CaHeader, byte[])>();
        while (true)
        {
            var taken = Outbox.Take();
            Circuit.Drain();
            if (taken.IsEmpty)
                return messages;
            var rest = taken.Span;
            while (CaMessage.TryRead(rest, 1 << 24, out var message))
            {
                messages.Add((message.Header, message.Payload.ToArray()));
                rest = rest[message.EncodedSize..];
            }
            Assert.True(rest.IsEmpty);
        }
    }

    /// <summary>What came out, one line per message.</summary>
    public List<string> Drain() => [.. Messages().Select(m => Line(m.Header, m.Payload))];

    public static string Line(CaHeader header, byte[] payload)
    {
        var text = new StringBuilder($"{header.Command}");
        switch (header.Command)
        {
            case CaCommand.EventAdd when payload.Length == 0:
                text.Append($" end {header.Parameter2}");
                break;
            case CaCommand.ReadNotify or CaCommand.EventAdd:
                var content = DbrDecoder.Decode((DbrType)header.DataType, header.Count, payload, scalar: header.Count == 1);
                text.Append($" {header.Parameter2} {(DbrType)header.DataType}[{header.Count}] {(Eca)header.Parameter1} {content.Value}");
                if (content.Alarm.Severity != AlarmSeverity.NoAlarm)
                    text.Append($" {content.Alarm.Severity} {content.Alarm.Status}");
                break;
            case CaCommand.WriteNotify:
                text.Append($" {header.Parameter2} {(Eca)header.Parameter1}");
                break;
            case CaCommand.AccessRights:
                text.Append($" {header.Parameter1} {(CaAccess)header.Parameter2}");
                break;
            case CaCommand.CreateChannel:
                text.Append($" {header.Parameter1} {(DbrType)header.DataType}[{header.Count}]");
                break;
            case CaCommand.Error:
                text.Append($" {header.Parameter1} {(Eca)header.Parameter2} {(CaHeader.TryRead(payload, out _, out var size) ? CaMessage.ReadText(payload.AsSpan(size)) : "")}");
                break;
            default:
                text.Append($" {header.Parameter1} {header.Parameter2}");
                break;
        }
        return text.ToString();
    }

    public void Dispose()
    {
        Circuit.Close();
        _received.Dispose();
    }
}
