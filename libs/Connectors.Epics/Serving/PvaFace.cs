using System.Collections.Concurrent;
using System.Net;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs under pvAccess.</summary>
internal sealed class PvaFace : IServedFace
{
    private readonly PvaServer _server;
    private readonly EpicsServices _services;
    private readonly ConcurrentDictionary<string, PvRole> _roles = new(StringComparer.Ordinal);

    /// <param name="policy">Who may read and write; null = everybody.</param>
    public PvaFace(PvaServer server, EpicsServices services, IAccessPolicy? policy = null)
    {
        (_server, _services) = (server, services);
        if (policy is not null)
            server.Access = new Access(this, policy);
    }

    public string Protocol => "pva";
    public IPEndPoint EndPoint => _server.EndPoint;
    public int Clients => _server.ConnectionCount;
    public int Names => _server.Names.Count;

    public PvaServer Server => _server;

    public IServedName Serve(ServedVariable variable, in PvSample initial, PvRole role, PutHandler onPut)
    {
        _roles[variable.Name] = role;
        var options = NtMeta.OptionsFor(variable.Meta) | NtOptions.Display;
        var pv = NtPv.For(variable.Kind, variable.Meta, options).With(initial.Value, initial.Alarm, initial.Time);
        return new Name(_server, _server.AddPv(variable.Name, pv, request => Answer(request, onPut)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private ValueTask<PutReply> Answer(PutRequest request, PutHandler onPut)
    {
        var nt = request.Value.Layout.Nt;
        var (value, changed) = (request.NewValue, request.Changed);
        // The bit of the whole structure says nothing of an alarm: who writes 0/0/"" with everything else just sent what it had.
        Alarm? alarm = Has(request, nt.Alarm, nt.Severity) && (!changed[0] || NtAlarm.Read(request.Value).Severity != AlarmSeverity.NoAlarm) ? NtAlarm.Read(request.Value) : null;
        var time = Has(request, nt.TimeStamp, nt.Seconds) ? NtTime.Read(request.Value) : default;
        if (value.IsNone && alarm is null && !time.IsSet)
            return new(PutReply.Refused("only value, alarm and timeStamp can be put"));
        var client = request.Client;
        var outcome = onPut(new(value, alarm, time, new(client.User, client.Host, "pva", client.Address.Address)));
        return outcome.IsCompletedSuccessfully ? new(Done(request, value, outcome.Result)) : Later(request, value, outcome);
    }

    private async ValueTask<PutReply> Later(PutRequest request, PvValue value, ValueTask<string?> outcome) => Done(request, value, await outcome.ConfigureAwait(false));

    private PutReply Done(PutRequest request, in PvValue value, string? refusal)
    {
        Tell(request.Pv.Name, PvText.Format(value), request.Client, refusal);
        return refusal is null ? PutReply.Handled : PutReply.Refused(refusal);
    }

    private void Tell(string pv, string value, PvaPeer client, string? refusal) => _services.PutSeen?.Invoke(new(pv, value, client.User, client.Host, "pva", refusal));

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
        private int _frames;

        public void Post(in PvSample sample) => pv.Post(sample.Value.Kind == PvKind.Image && sample.Value.AsImage() is { UniqueId: 0 } image
            ? sample with { Value = PvValue.Image(image with { UniqueId = ++_frames }) }        // by it viewers tell a new frame from the one they have
            : sample);

        public void Dispose() => server.RemovePv(pv.Name);
    }

    /// <summary>Access security by what the client says of itself (method <c>ca</c>); one that says nothing has no name.</summary>
    private sealed class Access(PvaFace face, IAccessPolicy policy) : IPvaAccess
    {
        public ModelManager.Epics.Net.AccessDecision CanRead(PvaPeer client, string pvName) => Of(client, pvName) is { MayRead: false } denied ? ModelManager.Epics.Net.AccessDecision.No(denied.Reason) : ModelManager.Epics.Net.AccessDecision.Yes;

        public ModelManager.Epics.Net.AccessDecision CanWrite(PvaPeer client, string pvName)
        {
            if (Of(client, pvName) is not { MayWrite: false } denied)
                return ModelManager.Epics.Net.AccessDecision.Yes;
            face.Tell(pvName, "", client, denied.Reason);
            return ModelManager.Epics.Net.AccessDecision.No(denied.Reason);
        }

        private ModelManager.Epics.AccessSecurity.AccessDecision Of(PvaPeer client, string pvName) =>
            policy.Decide(new(pvName, face._roles.GetValueOrDefault(pvName, PvRole.Status).GroupOf(), 0, client.User, client.Host));
    }
}
