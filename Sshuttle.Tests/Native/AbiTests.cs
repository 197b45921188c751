using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Native;
using Sshuttle.Native.Linux;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Native;

/// <summary>A C compiler with this system's headers checks every number and layout that we have copied from them.</summary>
public sealed class AbiTests : IDisposable
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <netinet/in.h>
        #include <netinet/tcp.h>
        #include <linux/netfilter_ipv4.h>
        #include <linux/netfilter_ipv6/ip6_tables.h>
        #include <poll.h>
        #include <signal.h>
        #include <spawn.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/epoll.h>
        #include <sys/inotify.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/wait.h>

        """;

    private static readonly Dictionary<string, Errno> Errors = new()
    {
        ["EPERM"] = Errno.Prohibited,
        ["EACCES"] = Errno.Prohibited,
        ["ENOENT"] = Errno.NotFound,
        ["EINTR"] = Errno.Interrupted,
        ["ECHILD"] = Errno.NoChild,
        ["EAGAIN"] = Errno.Again,
        ["EWOULDBLOCK"] = Errno.Again,
        ["ENOMEM"] = Errno.NoMemory,
        ["ENOBUFS"] = Errno.NoMemory,
        ["EINVAL"] = Errno.Invalid,
        ["ENFILE"] = Errno.TooManyFiles,
        ["EMFILE"] = Errno.TooManyFiles,
        ["EPIPE"] = Errno.BrokenPipe,
        ["ENOTSOCK"] = Errno.NotSocket,
        ["EAFNOSUPPORT"] = Errno.FamilyNotSupported,
        ["EADDRINUSE"] = Errno.AddressInUse,
        ["EADDRNOTAVAIL"] = Errno.AddressNotAvailable,
        ["ENETDOWN"] = Errno.NetUnreachable,
        ["ENETUNREACH"] = Errno.NetUnreachable,
        ["ECONNABORTED"] = Errno.ConnectionAborted,
        ["ECONNRESET"] = Errno.ConnectionReset,
        ["ENOTCONN"] = Errno.NotConnected,
        ["ETIMEDOUT"] = Errno.TimedOut,
        ["ECONNREFUSED"] = Errno.ConnectionRefused,
        ["EHOSTDOWN"] = Errno.HostUnreachable,
        ["EHOSTUNREACH"] = Errno.HostUnreachable,
        ["EINPROGRESS"] = Errno.InProgress,
        ["EIO"] = Errno.Other,
        ["ENOSPC"] = Errno.Other,
        ["EPROTO"] = Errno.Other,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("sshuttle-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void NumbersAndLayouts_AreThoseOfTheHeaders()
    {
        StringBuilder program = new(Headers);
        foreach (FieldInfo field in typeof(LinuxAbi).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            program.Append($"_Static_assert((long long){field.Name} == (long long){field.GetRawConstantValue()}LL, \"{field.Name}\");\n");
        }

        Same(program, "IP6T_SO_ORIGINAL_DST", LinuxAbi.SO_ORIGINAL_DST);
        Same(program, "sizeof(struct epoll_event)", EpollCalls.EventSize);
        Same(program, "offsetof(struct epoll_event, data)", Epoll.DataOffset);
        Same(program, "sizeof(struct pollfd)", Marshal.SizeOf<PollFd>());
        Same(program, "offsetof(struct pollfd, events)", (int)Marshal.OffsetOf<PollFd>(nameof(PollFd.Events)));
        Same(program, "offsetof(struct pollfd, revents)", (int)Marshal.OffsetOf<PollFd>(nameof(PollFd.Revents)));
        Same(program, "sizeof(struct rlimit)", Marshal.SizeOf<RLimit>());
        Same(program, "offsetof(struct rlimit, rlim_max)", (int)Marshal.OffsetOf<RLimit>(nameof(RLimit.Hard)));
        Same(program, "sizeof(struct linger)", sizeof(long));
        Same(program, "offsetof(struct linger, l_linger)", sizeof(int));
        Same(program, "sizeof(struct sockaddr_in)", 16);
        Same(program, "offsetof(struct sockaddr_in, sin_port)", 2);
        Same(program, "offsetof(struct sockaddr_in, sin_addr)", 4);
        Same(program, "sizeof(struct sockaddr_in6)", SocketAddress.MaxSize);
        Same(program, "offsetof(struct sockaddr_in6, sin6_port)", 2);
        Same(program, "offsetof(struct sockaddr_in6, sin6_addr)", 8);
        Same(program, "offsetof(struct sockaddr_in6, sin6_scope_id)", 24);
        Same(program, "sizeof(struct msghdr)", Marshal.SizeOf<MsgHdr>());
        Same(program, "offsetof(struct msghdr, msg_iov)", (int)Marshal.OffsetOf<MsgHdr>(nameof(MsgHdr.Vectors)));
        Same(program, "offsetof(struct msghdr, msg_iovlen)", (int)Marshal.OffsetOf<MsgHdr>(nameof(MsgHdr.VectorCount)));
        Same(program, "offsetof(struct msghdr, msg_control)", (int)Marshal.OffsetOf<MsgHdr>(nameof(MsgHdr.Control)));
        Same(program, "offsetof(struct msghdr, msg_controllen)", (int)Marshal.OffsetOf<MsgHdr>(nameof(MsgHdr.ControlLength)));
        Same(program, "offsetof(struct msghdr, msg_flags)", (int)Marshal.OffsetOf<MsgHdr>(nameof(MsgHdr.Flags)));
        Same(program, "sizeof(struct iovec)", Marshal.SizeOf<IoVec>());
        Same(program, "offsetof(struct iovec, iov_len)", (int)Marshal.OffsetOf<IoVec>(nameof(IoVec.Length)));
        Same(program, "sizeof(struct cmsghdr)", 16);
        Same(program, "offsetof(struct cmsghdr, cmsg_level)", 8);
        Same(program, "offsetof(struct cmsghdr, cmsg_type)", 12);
        Same(program, "CMSG_SPACE(sizeof(int))", 24);
        Same(program, "CMSG_SPACE(sizeof(struct in6_pktinfo))", DatagramCalls.MaxControl);
        Same(program, "sizeof(struct in_pktinfo)", 12);
        Same(program, "offsetof(struct in_pktinfo, ipi_ifindex)", 0);
        Same(program, "sizeof(struct in6_pktinfo)", 20);
        Same(program, "offsetof(struct in6_pktinfo, ipi6_ifindex)", 16);
        Same(program, "sizeof(sa_family_t)", sizeof(ushort));
        Same(program, "sizeof(socklen_t)", sizeof(uint));
        Same(program, "sizeof(pid_t)", sizeof(int));
        program.Append("_Static_assert(sizeof(posix_spawn_file_actions_t) <= 512, \"file actions\");\n");
        program.Append("_Static_assert(sizeof(posix_spawnattr_t) <= 512, \"attributes\");\n");
        program.Append("_Static_assert(sizeof(sigset_t) <= 128, \"signals\");\n");
        program.Append("int main(void) { return 0; }\n");
        Compile(program.ToString());
    }

    [Fact]
    public void Errors_AreTranslated()
    {
        StringBuilder program = new(Headers + "int main(void) {\n");
        foreach (string name in Errors.Keys)
        {
            program.Append($"printf(\"{name} %d\\n\", {name});\n");
        }

        string output = CommandRunner.Run([Compile(program + "return 0; }\n")])!.Value.Output;
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            Assert.Equal((words[0], Errors[words[0]]), (words[0], LinuxAbi.ToErrno(int.Parse(words[1], null))));
        }

        Assert.Equal(Errno.None, LinuxAbi.ToErrno(0));
    }

    [Fact]
    public void EveryNeutralError_IsReached()
    {
        HashSet<Errno> reached = [Errno.None, .. Errors.Values];
        Assert.Equal(Enum.GetValues<Errno>().Length, reached.Count);
    }

    private static void Same(StringBuilder program, string expression, int ours) =>
        program.Append($"_Static_assert({expression} == {ours}, \"{expression.Replace("\"", "", StringComparison.Ordinal)}\");\n");

    private string Compile(string program)
    {
        string compiler = Which.Find("cc") ?? Which.Find("clang") ?? throw new InvalidOperationException("there is no C compiler");
        File.WriteAllText(folder + "/abi.c", program);
        CommandRunner.Result result = CommandRunner.Run([compiler, "-std=gnu11", "-o", folder + "/abi", folder + "/abi.c"])!.Value;
        Assert.True(result.Status == 0, result.Error);
        return folder + "/abi";
    }
}
