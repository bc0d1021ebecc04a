using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net;

public sealed partial class PvaClient
{
    /// <summary>Writes value, alarm and stamp of a PV, as far as its type has them, and waits until the server has taken them. Metadata is not written.</summary>
    /// <exception cref="PvaRefusedException">The server refused; some take the value only.</exception>
    /// <exception cref="PvaDisconnectedException">The connection was lost on the way; it is not known whether the value arrived.</exception>
    public Task Put(string pvName, PvSample sample, CancellationToken cancellation = default, TimeSpan? timeout = null) =>
        Run(pvName, channel => new PutCommand(channel, PvRequest.Everything,
            structure => structure.Layout.Nt.Kind == NtKind.Enum && sample.Value.Kind == PvKind.String,
            (structure, changed) => Fill(structure, changed, sample)), timeout ?? DefaultTimeout, cancellation);

    private static void Fill(PvaStructure structure, BitMask changed, in PvSample sample)
    {
        if (!sample.Value.IsNone)
            NtValue.Write(structure, changed, sample.Value);
        NtAlarm.Write(structure, changed, sample.Alarm);
        // What is the same as in our empty structure may differ from what the server has.
        SetAll(structure, changed, structure.Layout.Nt.Alarm);
        if (!sample.Time.IsSet)
            return;
        NtTime.WriteWithData(structure, changed, sample.Time);
        SetAll(structure, changed, structure.Layout.Nt.TimeStamp);
    }

    private static void SetAll(PvaStructure structure, BitMask changed, int root)
    {
        if (root >= 0)
            changed.SetRange(root + 1, structure.Layout.Nodes[root].End);
    }
}
