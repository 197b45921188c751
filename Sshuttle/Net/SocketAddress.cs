using System;
using System.Buffers.Binary;
using System.Globalization;
using Sshuttle.Base;
using Sshuttle.Native;

namespace Sshuttle.Net;

/// <summary>
/// sockaddr_in (16 bytes: family in host order, port big-endian at 2, address at 4) and sockaddr_in6 (28 bytes: port at 2,
/// address at 8, scope at 24), from and to <see cref="Endpoint"/>.
/// </summary>
public static class SocketAddress
{
    /// <summary>The larger of both, in bytes.</summary>
    public const int MaxSize = 28;

    private const int AF_INET = 2;

    /// <summary>The family number of this system for an address.</summary>
    public static int Family(IpAddress address) => Family(address.Family);

    /// <summary>The number of this system for a family.</summary>
    public static int Family(IpFamily family) => family == IpFamily.V4 ? AF_INET : Os.AddressFamily6;

    /// <summary>Writes a sockaddr and returns its length.</summary>
    public static int Write(Endpoint endpoint, Span<byte> output)
    {
        int length = endpoint.Address.IsV4 ? 16 : MaxSize;
        output[..length].Clear();
        BitConverter.TryWriteBytes(output, (ushort)Family(endpoint.Address));
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], endpoint.Port);
        endpoint.Address.WriteBytes(output[(endpoint.Address.IsV4 ? 4 : 8)..]);
        return length;
    }

    /// <summary>
    /// Writes the sockaddr of an address that may have a scope, and returns its length; 0 where the interface that it
    /// names does not exist.
    /// </summary>
    public static int Write(ScopedAddress address, ushort port, Span<byte> output)
    {
        int length = Write(new Endpoint(address.Address, port), output);
        if (address.Scope is not string scope)
        {
            return length;
        }

        if (!uint.TryParse(scope, NumberStyles.None, CultureInfo.InvariantCulture, out uint index))
        {
            index = Sys.InterfaceIndex(scope);
        }

        BitConverter.TryWriteBytes(output[24..], index);
        return index == 0 ? 0 : length;
    }

    /// <summary>Reads a sockaddr. An IPv4 address mapped into IPv6 comes out as IPv4.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out Endpoint endpoint)
    {
        endpoint = default;
        if (input.Length < 16)
        {
            return false;
        }

        ushort family = BitConverter.ToUInt16(input);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
        if (family == AF_INET)
        {
            endpoint = new Endpoint(IpAddress.FromBytes(input[4..8]), port);
            return true;
        }

        if (family == Os.AddressFamily6 && input.Length >= 24)
        {
            endpoint = new Endpoint(IpAddress.FromBytes(input[8..24]).Unmapped(), port);
            return true;
        }

        return false;
    }
}
