using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Tests.ChannelAccess;

/// <summary>Writes down every event of a client circuit as a line, so that two runs can be compared.</summary>
internal sealed class RecordingClientEvents : ICaClientEvents
{
    public List<string> Lines { get; } = [];

    public void OnOpen(uint minorVersion) => Lines.Add($"open {minorVersion}");

    public void OnAccessRights(uint cid, CaAccess access) => Lines.Add($"rights {cid} {access}");

    public void OnCreated(uint cid, DbrType native, uint count, uint sid) => Lines.Add($"created {cid} {native}[{count}] sid {sid}");

    public void OnCreateFailed(uint cid) => Lines.Add($"failed {cid}");

    public void OnServerDisconnect(uint cid) => Lines.Add($"gone {cid}");

    public void OnRead(uint ioid, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) =>
        Lines.Add($"read {ioid} {type}[{count}] {status} {Text(type, count, payload)}");

    public void OnWritten(uint ioid, Eca status) => Lines.Add($"written {ioid} {status}");

    public void OnUpdate(uint subscription, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) =>
        Lines.Add($"update {subscription} {type}[{count}] {status} {Text(type, count, payload)}");

    public void OnFound(uint cid, uint address, ushort port) => Lines.Add($"found {cid} {address:x} {port}");

    public void OnEcho() => Lines.Add("echo");

    public void OnError(in CaHeader request, uint cid, Eca status, string text) => Lines.Add($"error {request.Command} {cid} {status} {text}");

    private static string Text(DbrType type, uint count, ReadOnlySpan<byte> payload)
    {
        var content = DbrDecoder.Decode(type, count, payload, scalar: count == 1);
        return $"{content.Value} {content.Alarm.Severity} {content.Time}";
    }
}
