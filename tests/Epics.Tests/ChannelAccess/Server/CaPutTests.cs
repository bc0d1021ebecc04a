using System.Text;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess.Server;

public class CaPutTests
{
    private static void Write(CaOutbox w, PvValue value, DbrType type, uint sid, bool notify = true, uint ioid = 1)
    {
        var count = CaTypes.ElementCount(value);
        var size = CaProtocol.Pad((int)DbrLayout.Size(type, count));
        var payload = CaWriter.Header(w, new(notify ? CaCommand.WriteNotify : CaCommand.Write, (uint)size, (ushort)type, (uint)count, sid, ioid), size);
        DbrElements.Write(value, PvMeta.Unknown, type, count, payload);
    }

    public static TheoryData<PvValue, DbrType, PvValue, PvValue?> Conversions() => new()
    {
        { PvValue.Double(0), DbrType.String, PvValue.String("4.75 volts"), PvValue.Double(4.75) },
        { PvValue.Double(0), DbrType.Long, PvValue.Integer(PvKind.Int32, -3), PvValue.Double(-3) },
        { PvValue.Double(0), DbrType.String, PvValue.String("abc"), null },
        { PvValue.Integer(PvKind.Int32, 0), DbrType.Double, PvValue.Double(2.9), PvValue.Integer(PvKind.Int32, 2) },
        { PvValue.Integer(PvKind.Int16, 0), DbrType.String, PvValue.String("12"), PvValue.Integer(PvKind.Int16, 12) },
        { PvValue.Integer(PvKind.Int64, 0), DbrType.Double, PvValue.Double(1e15), PvValue.Integer(PvKind.Int64, 1_000_000_000_000_000) },
        { PvValue.String(""), DbrType.String, PvValue.String("text"), PvValue.String("text") },
        { PvValue.String(""), DbrType.Double, PvValue.Double(1.5), PvValue.String("1.500000") },
        { PvValue.String(""), DbrType.Char, PvValue.Array(Encoding.ASCII.GetBytes(new string('x', 100) + "\0")), PvValue.String(new string('x', 100)) },
        { PvValue.Enum(0), DbrType.String, PvValue.String("On"), PvValue.Enum(1) },
        { PvValue.Enum(0), DbrType.String, PvValue.String("2"), PvValue.Enum(2) },
        { PvValue.Enum(0), DbrType.String, PvValue.String("Nope"), null },
        { PvValue.Enum(0), DbrType.Enum, PvValue.Enum(2), PvValue.Enum(2) },
        { PvValue.Enum(0), DbrType.Enum, PvValue.Enum(9), null },
        { PvValue.Enum(0), DbrType.Double, PvValue.Double(1), PvValue.Enum(1) },
        { PvValue.Array(new double[4]), DbrType.Double, PvValue.Array(new[] { 1.0, 2 }), PvValue.Array(new[] { 1.0, 2 }) },
        { PvValue.Array(new double[4]), DbrType.Double, PvValue.Double(7), PvValue.Array(new[] { 7.0 }) },
        { PvValue.Array(new double[2]), DbrType.Double, PvValue.Array(new[] { 1.0, 2, 3 }), null },
        { PvValue.Array(new int[4]), DbrType.Float, PvValue.Array(new[] { 1.9f, -2.9f }), PvValue.Array(new[] { 1, -2 }) },
        { PvValue.Array(new ushort[4]), DbrType.Long, PvValue.Array(new[] { 65535, 1 }), PvValue.Array(new ushort[] { 65535, 1 }) },
        { PvValue.Array(new double[4]), DbrType.String, PvValue.Array(new[] { "1.5", "x" }), null },
        { PvValue.Array(new string[3]), DbrType.String, PvValue.Array(new[] { "a", "b" }), PvValue.Array(new[] { "a", "b" }) },
        { PvValue.Image(new(new byte[4], [2, 2])), DbrType.Char, PvValue.Array(new byte[] { 1 }), null },
    };

    [Theory]
    [MemberData(nameof(Conversions))]
    public void A_put_is_converted_to_the_kind_of_the_PV_or_refused(PvValue served, DbrType type, PvValue sent, PvValue? expected)
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("P", served, new() { Writable = true }, new() { Choices = ["Off", "On", "Fault"] });
        var sid = server.Create("P");
        server.Send(w => Write(w, sent, type, sid));
        Assert.Equal([$"WriteNotify 1 {(expected is null ? Eca.PutFail : Eca.Normal)}"], server.Drain());
        Assert.Equal(expected ?? served, pv.Current.Value);
        var (_, result) = Assert.Single(server.Puts);
        Assert.Equal(expected is null, result.Refusal?.StartsWith("P ", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void A_put_without_handler_is_posted_with_the_time_of_the_server_and_no_alarm()
    {
        using var server = new ServerHarness().Greet();
        var pv = new CaServedPv("P", new(PvValue.Double(0), Alarm.Undefined("nothing yet"), default), new() { Writable = true });
        server.Pvs["P"] = pv;
        var sid = server.Create("P");
        server.Send(w => Write(w, PvValue.Double(5), DbrType.Double, sid, notify: false));
        Assert.Empty(server.Drain());
        Assert.Equal((PvValue.Double(5), default(Alarm), PvTime.From(server.Now)), (pv.Current.Value, pv.Current.Alarm, pv.Current.Time));
    }

    [Fact]
    public void A_refusal_without_notify_comes_as_an_error_message_with_the_text()
    {
        using var server = new ServerHarness().Greet();
        server.Add("RO", PvValue.Double(0));
        server.Add("NO", PvValue.Double(0), new() { OnPut = (_, _) => new(CaPutResult.Refused("model outputs are read-only")) });
        var (ro, no) = (server.Create("RO", 1), server.Create("NO", 2));
        server.Send(w =>
        {
            Write(w, PvValue.Double(5), DbrType.Double, ro, notify: false);
            Write(w, PvValue.Double(5), DbrType.Double, no, notify: false);
        });
        Assert.Equal(["Error 1 NoWriteAccess RO.VAL is read-only", "Error 2 PutFail model outputs are read-only"], server.Drain());
    }

    [Fact]
    public void A_handler_that_takes_its_time_holds_up_nothing_but_its_own_answer()
    {
        using var server = new ServerHarness().Greet();
        var gate = new TaskCompletionSource<CaPutResult>();
        server.Add("SLOW", PvValue.Double(0), new() { OnPut = (_, _) => new(gate.Task) });
        var sid = server.Create("SLOW");
        server.Send(w =>
        {
            Write(w, PvValue.Double(1), DbrType.Double, sid, ioid: 41);
            CaWriter.ReadNotify(w, DbrType.Double, 1, sid, 42);
        });
        Assert.Equal(["ReadNotify 42 Double[1] Normal 0"], server.Drain());
        gate.SetResult(CaPutResult.Accepted);
        Assert.Equal(["WriteNotify 41 Normal"], server.Drain());
    }

    [Fact]
    public void What_a_handler_throws_is_its_refusal()
    {
        using var server = new ServerHarness().Greet();
        server.Add("T", PvValue.Double(0), new() { OnPut = (_, _) => throw new InvalidOperationException("the interlock is open") });
        var sid = server.Create("T");
        server.Send(w => Write(w, PvValue.Double(1), DbrType.Double, sid));
        Assert.Equal(["WriteNotify 1 PutFail"], server.Drain());
        Assert.Contains("the interlock is open", Assert.Single(server.Puts).Result.Refusal);
    }

    [Fact]
    public void Rights_follow_access_security_and_change_while_connected()
    {
        var policy = new SwitchablePolicy { Rights = AccessRights.Read };
        using var server = new ServerHarness(access: policy).Greet("alice", "console");
        server.Add("P", PvValue.Double(3), new() { Writable = true, AccessGroup = "OPS", AccessLevel = 0 });
        server.Send(w => CaWriter.CreateChannel(w, 1, "P"));
        Assert.Equal(["AccessRights 1 Read", "CreateChannel 1 Double[1]"], server.Drain());
        Assert.Equal(new AccessRequest("P", "OPS", 0, "alice", "console"), policy.Last);
        server.Send(w => CaWriter.EventAdd(w, DbrType.Double, 1, 1, 1, CaEventMask.Value));
        server.Drain();

        policy.Rights = AccessRights.Read | AccessRights.Write;
        server.Circuit.ReviewAccess();
        Assert.Equal(["AccessRights 1 Read, Write"], server.Drain());
        policy.Rights = AccessRights.None;
        server.Circuit.ReviewAccess();
        Assert.Equal(["AccessRights 1 None", "EventAdd 1 Double[1] NoReadAccess 0"], server.Drain());
        server.Send(w => Write(w, PvValue.Double(1), DbrType.Double, 1));
        Assert.Equal(["WriteNotify 1 NoWriteAccess"], server.Drain());
        Assert.Equal("by switch", server.Puts.Single().Result.Refusal);
        server.Send(w => CaWriter.ReadNotify(w, DbrType.Double, 1, 1, 5));
        Assert.Equal(["ReadNotify 5 Double[1] NoReadAccess 0"], server.Drain());
        policy.Rights = AccessRights.Read;
        server.Circuit.ReviewAccess();
        Assert.Equal(["AccessRights 1 Read", "EventAdd 1 Double[1] Normal 3"], server.Drain());
        Assert.Equal(1, server.Access.Decide(new("P", "OPS", 1, "", "")) is { } ? policy.Last.Level : 0);
    }

    private sealed class SwitchablePolicy : IAccessPolicy
    {
        public AccessRights Rights { get; set; }
        public AccessRequest Last { get; private set; }

        public AccessDecision Decide(in AccessRequest request)
        {
            Last = request;
            return new(Rights, false, "by switch");
        }

        public event Action? Changed
        {
            add { }
            remove { }
        }
    }
}
