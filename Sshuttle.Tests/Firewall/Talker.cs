using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Sshuttle.Tests.Firewall;

/// <summary>A listener that tells everybody who connects its own name, and then each line it is sent.</summary>
internal sealed class Talker : IDisposable
{
    private readonly List<Socket> sockets = [];
    private readonly string name;

    /// <summary>Listens; one called <c>tunnel</c> as a transparent socket, which ordinary connections reach as well.</summary>
    public Talker(NetNs net, string name, string address, int port)
    {
        this.name = name;
        Socket listener = net.Inside(() =>
        {
            IPAddress own = IPAddress.Parse(address);
            Socket socket = new(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (own.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            if (name == "tunnel")
            {
                MakeTransparent(socket);
            }

            socket.Bind(new IPEndPoint(own, port));
            socket.Listen(100);
            return socket;
        });
        sockets.Add(listener);
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
    }

    /// <summary>Lets a socket be bound to foreign addresses and be given what goes there: IP_TRANSPARENT, IPV6_TRANSPARENT.</summary>
    public static void MakeTransparent(Socket socket)
    {
        (int level, int option) = socket.AddressFamily == AddressFamily.InterNetwork ? (0, 19) : (41, 75);
        socket.SetRawSocketOption(level, option, BitConverter.GetBytes(1));
    }

    /// <summary>Connects from a namespace; the caller owns the socket.</summary>
    public static Socket Connect(NetNs net, string address, int port, short? ttl = null) => net.Inside(() =>
    {
        IPAddress target = IPAddress.Parse(address);
        Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 3000, SendTimeout = 3000 };
        if (ttl is { } value && target.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.Ttl = value;
        }
        else if (ttl is { } limit)
        {
            const int IPPROTO_IPV6 = 41;
            const int IPV6_UNICAST_HOPS = 16;
            socket.SetRawSocketOption(IPPROTO_IPV6, IPV6_UNICAST_HOPS, BitConverter.GetBytes((int)limit));
        }

        using CancellationTokenSource timeout = new(3000);
        try
        {
            socket.ConnectAsync(new IPEndPoint(target, port), timeout.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>Who answers at an address: a name, or <c>refused</c>.</summary>
    public static string Who(NetNs net, string address, int port, short? ttl = null)
    {
        try
        {
            using Socket socket = Connect(net, address, port, ttl);
            return Hear(socket);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return "refused";
        }
    }

    public static string Hear(Socket socket)
    {
        byte[] buffer = new byte[64];
        int length = 0;
        while (length == 0 || buffer[length - 1] != '\n')
        {
            int read = socket.Receive(buffer, length, 1, SocketFlags.None);
            length += read > 0 ? read : throw new InvalidOperationException("closed in mid-line");
        }

        return Encoding.ASCII.GetString(buffer, 0, length - 1);
    }

    public static string Echo(Socket socket, string word)
    {
        socket.Send(Encoding.ASCII.GetBytes(word + "\n"));
        return Hear(socket);
    }

    private void Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket socket = listener.Accept();
                lock (sockets)
                {
                    sockets.Add(socket);
                }

                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            socket.Send(Encoding.ASCII.GetBytes(name + "\n"));
            byte[] buffer = new byte[64];
            while (socket.Receive(buffer) is > 0 and int length)
            {
                socket.Send(buffer, length, SocketFlags.None);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Gone.
        }
    }

    public void Dispose()
    {
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
