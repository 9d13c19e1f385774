package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Settings;
import io.jishi.realtime.Authorization;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, c0000201",
        "::ffff:192.0.2.1, c0000201",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "2001:db8:1:2::9, 20010db800010002",
        "localhost, unknown",
        "example.com, unknown",
        "1.2.3, unknown",
        "999.1.1.1, unknown",
        "'', unknown",
        ":::, unknown"
    })
    @DisplayName("[HT17] limits count an IPv4 address, and of an IPv6 address the network; names are never looked up")
    void networks(String text, String network) {
        assertThat(ClientAddress.network(text)).isEqualTo(network);
    }

    @Test
    @DisplayName("[HT17] X-Forwarded-For counts only behind a proxy, and only its last entry")
    void forwarded() {
        String wrong = "{\"name\":\"nobody\",\"password\":\"x\"}";
        try (EdgeWorld direct = new EdgeWorld(few(false), Authorization.shipped(), edge -> {})) {
            assertThat(direct.post("/api/login", wrong, "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(direct.post("/api/login", wrong, "X-Forwarded-For", "192.0.2.2")
                            .statusCode())
                    .isEqualTo(429);
        }
        try (EdgeWorld proxied = new EdgeWorld(few(true), Authorization.shipped(), edge -> {})) {
            assertThat(proxied.post("/api/login", wrong, "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(proxied.post("/api/login", other(), "X-Forwarded-For", "192.0.2.2")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(proxied.post("/api/login", other(), "X-Forwarded-For", "192.0.2.9, 192.0.2.2")
                            .statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    @DisplayName("[HT17] this machine itself has no address to be counted by")
    void others() {
        MultiMap none = MultiMap.caseInsensitiveMultiMap();
        MultiMap forwarded = MultiMap.caseInsensitiveMultiMap().add("X-Forwarded-For", "192.0.2.1");
        SocketAddress here = SocketAddress.inetSocketAddress(1, "127.0.0.1");
        assertThat(ClientAddress.ofOthers(none, here, false)).isEmpty();
        assertThat(ClientAddress.ofOthers(forwarded, here, false)).isEmpty();
        assertThat(ClientAddress.ofOthers(forwarded, here, true)).isEqualTo("c0000201");
    }

    private static String other() {
        return "{\"name\":\"somebody\",\"password\":\"x\"}";
    }

    private static Settings few(boolean behindProxy) {
        return io.jishi.accounts.AccountsWorld.withFailuresPerAddress(1).with(HttpSettings.BEHIND_PROXY, behindProxy);
    }
}
