using System.Text;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>Which end of a circuit receives a message.</summary>
public enum CaRole : byte { Server, Client }

/// <summary>How far a circuit is.</summary>
public enum CaPhase : byte
{
    /// <summary>Connected; the other end has not yet said its version.</summary>
    Greeting,
    Open,
    Closed,
}

/// <summary>What is to be done with a message that has arrived.</summary>
public enum CaVerdict : byte
{
    Handle,
    /// <summary>Harmless here: skipped.</summary>
    Ignore,
    /// <summary>Cannot come here: the circuit is closed with a reason.</summary>
    Refuse,
}

/// <summary>Which message may come when, as a table. The diagram in the documentation is made from it.</summary>
public static class CaRules
{
    // What a TCP circuit of a server takes (tcpJumpTable of RSRV; obsolete commands are refused as there).
    private static readonly CaCommand[] s_serverHandles =
    [
        CaCommand.Version, CaCommand.EventAdd, CaCommand.EventCancel, CaCommand.Read, CaCommand.Write, CaCommand.Search, CaCommand.EventsOff, CaCommand.EventsOn,
        CaCommand.ReadSync, CaCommand.ClearChannel, CaCommand.ReadNotify, CaCommand.CreateChannel, CaCommand.WriteNotify, CaCommand.ClientName, CaCommand.HostName, CaCommand.Echo,
    ];

    // What a TCP circuit of a client takes.
    private static readonly CaCommand[] s_clientHandles =
    [
        CaCommand.Version, CaCommand.EventAdd, CaCommand.Read, CaCommand.Search, CaCommand.Error, CaCommand.ClearChannel, CaCommand.NotFound, CaCommand.ReadNotify,
        CaCommand.CreateChannel, CaCommand.WriteNotify, CaCommand.AccessRights, CaCommand.Echo, CaCommand.CreateChannelFailed, CaCommand.ServerDisconnect,
    ];

    // Before a version is known: names and searches travel in the same segment as VERSION, but behind it.
    private static readonly CaCommand[] s_greeting = [CaCommand.Version, CaCommand.Echo];

    private static readonly CaVerdict[] s_table = BuildTable();

    public static CaVerdict Of(CaRole role, CaPhase phase, CaCommand command) =>
        CaProtocol.IsKnown(command) ? s_table[Index(role, phase, command)] : CaVerdict.Refuse;

    /// <summary>The table as Markdown, one row per command.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| command | server, greeting | server, open | client, greeting | client, open |\n|---|---|---|---|---|\n");
        foreach (var command in Enum.GetValues<CaCommand>())
            text.Append($"| {(int)command} {command} | {Of(CaRole.Server, CaPhase.Greeting, command)} | {Of(CaRole.Server, CaPhase.Open, command)} | {Of(CaRole.Client, CaPhase.Greeting, command)} | {Of(CaRole.Client, CaPhase.Open, command)} |\n");
        return text.ToString();
    }

    private static CaVerdict[] BuildTable()
    {
        var table = new CaVerdict[2 * 3 * ((int)CaCommand.ServerDisconnect + 1)];
        foreach (var role in Enum.GetValues<CaRole>())
            foreach (var phase in Enum.GetValues<CaPhase>())
                foreach (var command in Enum.GetValues<CaCommand>())
                    table[Index(role, phase, command)] = Decide(role, phase, command);
        return table;
    }

    private static CaVerdict Decide(CaRole role, CaPhase phase, CaCommand command)
    {
        if (phase == CaPhase.Closed)
            return CaVerdict.Ignore;
        var handled = role == CaRole.Server ? s_serverHandles : s_clientHandles;
        if (!handled.Contains(command))
            // A client outlives servers that are newer than it; a server has nothing to lose by being strict.
            return role == CaRole.Client ? CaVerdict.Ignore : CaVerdict.Refuse;
        // Servers before v4.13 say no version on their own; their first answer opens the circuit.
        if (phase == CaPhase.Greeting && role == CaRole.Server && !s_greeting.Contains(command))
            return CaVerdict.Refuse;
        return CaVerdict.Handle;
    }

    private static int Index(CaRole role, CaPhase phase, CaCommand command) =>
        ((int)role * 3 + (int)phase) * ((int)CaCommand.ServerDisconnect + 1) + (int)command;
}
