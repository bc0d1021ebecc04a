using System.Net;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs under pvAccess.</summary>
internal sealed class PvaFace(PvaServer server) : IServedFace
{
    public string Protocol => "pva";
    public IPEndPoint EndPoint => server.EndPoint;
    public int Clients => server.ConnectionCount;
    public int Names => server.Names.Count;

    public PvaServer Server => server;

    public IServedName Serve(ServedVariable variable, in PvSample initial, bool isWritable, Func<PutFromOutside, string?> onPut)
    {
        var options = NtMeta.OptionsFor(variable.Meta) | NtOptions.Display;
        var pv = NtPv.For(variable.Kind, variable.Meta, options).With(initial.Value, initial.Alarm, initial.Time);
        return new Name(server, server.AddPv(variable.Name, pv, request => new(Answer(request, onPut))));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static PutReply Answer(PutRequest request, Func<PutFromOutside, string?> onPut)
    {
        var nt = request.Value.Layout.Nt;
        var (value, changed) = (request.NewValue, request.Changed);
        // The bit of the whole structure says nothing of an alarm: who writes 0/0/"" with everything else just sent what it had.
        Alarm? alarm = Has(request, nt.Alarm, nt.Severity) && (!changed[0] || NtAlarm.Read(request.Value).Severity != AlarmSeverity.NoAlarm) ? NtAlarm.Read(request.Value) : null;
        var time = Has(request, nt.TimeStamp, nt.Seconds) ? NtTime.Read(request.Value) : default;
        if (value.IsNone && alarm is null && !time.IsSet)
            return PutReply.Refused("only value, alarm and timeStamp can be put");
        return onPut(new(value, alarm, time, request.Client.User, request.Client.Host, "pva")) is { } refusal ? PutReply.Refused(refusal) : PutReply.Handled;
    }

    private static bool Has(PutRequest request, int root, int leaf)
    {
        if (root < 0 || leaf < 0)
            return false;
        for (var i = root; i < request.Value.Layout.Nodes[root].End; i++)
            if (request.Changed[i])
                return true;
        return request.Changed[0];
    }

    private sealed class Name(PvaServer server, ServedPv pv) : IServedName
    {
        public void Post(in PvSample sample) => pv.Post(sample);

        public void Dispose() => server.RemovePv(pv.Name);
    }
}
