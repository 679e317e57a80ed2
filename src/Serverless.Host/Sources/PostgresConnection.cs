using Npgsql;
using Serverless.Core.Settings;

namespace Serverless.Host.Sources;

/// <summary>How PostgreSQL is connected to.</summary>
internal static class PostgresConnection
{
    /// <summary>The connection string; secret, since the password is in it.</summary>
    public static string StringFor(PostgresAddress address)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port,
            Database = address.Database,
            Username = address.User,
            Password = address.Password?.Reveal(),
            ApplicationName = address.Options.GetValueOrDefault("application_name", "fanout"),
            Timeout = int.Parse(
                address.Options.GetValueOrDefault("connect_timeout", "15"), System.Globalization.CultureInfo.InvariantCulture),
            SslMode = address.Options.GetValueOrDefault("sslmode") switch
            {
                "disable" => SslMode.Disable,
                "allow" => SslMode.Allow,
                "require" => SslMode.Require,
                "verify-ca" => SslMode.VerifyCA,
                "verify-full" => SslMode.VerifyFull,
                _ => SslMode.Prefer,
            },

            // Once a day: a connection kept for the next time would only be in the server's way.
            Pooling = false,
            IncludeErrorDetail = false,
        };
        if (address.Options.TryGetValue("sslrootcert", out var certificate)) builder.RootCertificate = certificate;
        return builder.ConnectionString;
    }
}
