package io.jishi.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, as limits count it: an IPv4 address, or the first half of an IPv6 address, because one
 * household has all of the second half.
 */
final class ClientAddress {
    private static final String UNKNOWN = "unknown";
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:.]{2,45}");
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_NETWORK_BYTES = 8;

    private ClientAddress() {}

    /** Whether an address as {@link #of} gives it is this machine's own. */
    static boolean isLoopback(String address) {
        return (address.length() == 2 * IPV4_BYTES && address.startsWith("7f"))
                || address.equals("0".repeat(2 * IPV6_NETWORK_BYTES));
    }

    /** @param behindProxy whether the last entry of {@code X-Forwarded-For} was written by a proxy that is trusted */
    static String of(HttpServerRequest request, boolean behindProxy) {
        return of(request.headers(), request.remoteAddress(), behindProxy);
    }

    /** @param peer what the socket says; null where it says nothing */
    static String of(MultiMap headers, @Nullable SocketAddress peer, boolean behindProxy) {
        String forwarded = behindProxy ? last(headers.getAll("X-Forwarded-For")) : null;
        return network(forwarded != null ? forwarded : peer == null ? "" : withoutZone(peer.hostAddress()));
    }

    /** The same, and empty for this machine itself, which is not limited. */
    static String ofOthers(MultiMap headers, @Nullable SocketAddress peer, boolean behindProxy) {
        String address = of(headers, peer, behindProxy);
        return isLoopback(address) ? "" : address;
    }

    private static String withoutZone(@Nullable String address) {
        return address == null ? "" : address.replaceFirst("%.*", "");
    }

    private static @Nullable String last(List<String> headers) {
        if (headers.isEmpty()) {
            return null;
        }
        String list = headers.getLast();
        return list.substring(list.lastIndexOf(',') + 1).strip();
    }

    static String network(@Nullable String text) {
        byte[] bytes = literal(text);
        if (bytes == null) {
            return UNKNOWN;
        }
        StringBuilder network = new StringBuilder(2 * IPV6_NETWORK_BYTES);
        for (int i = 0; i < Math.min(bytes.length, IPV6_NETWORK_BYTES); i++) {
            network.append(Character.forDigit(bytes[i] >> 4 & 15, 16)).append(Character.forDigit(bytes[i] & 15, 16));
        }
        return network.toString();
    }

    /** The bytes of an address in digits; null for anything else, which must not become a question to the DNS. */
    private static byte @Nullable [] literal(@Nullable String text) {
        if (text == null || !(IPV4.matcher(text).matches() || IPV6.matcher(text).matches())) {
            return null;
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
