using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Exec;
using Sshuttle.Net;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Server;

/// <summary>The far end: it speaks the protocol on its standard input and output until the client goes away.</summary>
public static class ServerMain
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;

    /// <summary>Runs the role and returns the exit code.</summary>
    public static int Run(Options options)
    {
        Log.Configure(" s: ", options.Verbosity, Terminal.Error);
        _ = Self.RaiseDescriptorLimit();
        Descriptor.EnlargePipe(StandardInput);
        Descriptor.EnlargePipe(StandardOutput);
        Descriptor.SetNonBlocking(StandardInput);
        Descriptor.SetNonBlocking(StandardOutput);
        if (!Descriptor.WriteAll(StandardOutput, SyncHeader.Bytes))
        {
            throw new Fatal("the client is gone before the first word");
        }

        using EventLoop loop = new();
        Mux mux = new(new MuxOptions
        {
            Version = Build.Version,
            LatencyControl = options.LatencyControl,
            LatencyBufferSize = options.LatencyBufferSize,
        });
        ServerSession session = new(loop, mux);
        session.Link = new MuxLink(loop, mux, StandardInput, StandardOutput, session);
        mux.Send(0, Command.Routes, []);
        Log.Info($"sshuttle server {Build.Version} is ready");
        loop.Run();
        return 0;
    }
}
