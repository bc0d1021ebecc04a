using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace ModelManager.Silo.CommandLine;

/// <summary>Options whose numbers have bounds: what lies outside, or is no number, is a usage error, told before anything starts.</summary>
internal static class NumberOptions
{
    private const int HighestPort = 65_535;
    private const int MostThreads = 1024;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    public static Option<int> Port(string name, string description, int preset) =>
        Bounded(name, [], description, "PORT", preset, 1, HighestPort, "a port is a number from 1 to 65535");

    public static Option<int> Threads(string name, string description) =>
        Bounded(name, [], description, "N", 0, 0, MostThreads, $"give 0 to {MostThreads} threads");

    public static Option<double> Seconds(string name, string description, double preset, params string[] aliases) =>
        Bounded(name, aliases, description, "SECONDS", preset, 0.001, LongestTimeout.TotalSeconds, string.Create(CultureInfo.InvariantCulture, $"give seconds, from 0.001 to {LongestTimeout.TotalSeconds}"));

    /// <summary>Seconds between two looks at something.</summary>
    public static Option<double> Period(string name, string description, double preset) =>
        Bounded(name, [], description, "SECONDS", preset, 0.1, LongestPeriod.TotalSeconds, string.Create(CultureInfo.InvariantCulture, $"give seconds, from 0.1 to {LongestPeriod.TotalSeconds}"));

    /// <summary>A whole number from 1 to a bound.</summary>
    public static Option<int> Count(string name, string description, int preset, int most, string unit) =>
        Bounded(name, [], description, "N", preset, 1, most, string.Create(CultureInfo.InvariantCulture, $"give {unit}, from 1 to {most}"));

    /// <summary>An IP address of this machine to listen on; <c>localhost</c> is 127.0.0.1.</summary>
    public static Option<string> Address(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
        HelpName = "IP",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "localhost")
                return IPAddress.Loopback.ToString();
            if (!IPAddress.TryParse(text, out var address))
                result.AddError($"'{text}' is not an IP address to listen on: give one of this machine, such as 127.0.0.1, or 0.0.0.0 for all");
            return address?.ToString();
        },
    };

    /// <summary>A number, or nothing where it is left out.</summary>
    public static Option<T?> Optional<T>(string name, string description, string helpName, T least, T most, string rule) where T : struct, INumber<T> => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Parse(result, name, least, most, rule),
    };

    /// <param name="rule">What is told of a value that is none.</param>
    public static Option<T> Bounded<T>(string name, string[] aliases, string description, string helpName, T preset, T least, T most, string rule) where T : struct, INumber<T> => new(name, aliases)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => preset,
        CustomParser = result => Parse(result, name, least, most, rule) ?? default,
    };

    private static T? Parse<T>(ArgumentResult result, string name, T least, T most, string rule) where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        result.AddError($"{name} {text}: {rule}");
        return null;
    }
}
