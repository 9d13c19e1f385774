package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.accounts.Tokens;
import io.jishi.core.Invalid;
import io.jishi.core.Settings;
import io.jishi.database.Seal;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.ChannelRule;
import io.jishi.realtime.ChannelRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OpenChannelsTest {
    private static final Path FILE = Path.of("src/main/resources/open-channels.yaml");

    private static Settings read(Map<String, String> environment) {
        return Configuration.read(Optional.of(FILE), environment);
    }

    @Test
    @DisplayName(
            "[HT23] open-channels.yaml is a configuration by itself, in which every channel is open, kept and recovered")
    void open() {
        ChannelRules rules = Node.rules(read(Map.of("JISHI_PROFILE", "development")));
        assertThat(rules.anonymous()).isTrue();
        assertThat(rules.tokenSecret()).contains("secret");
        assertThat(rules.apiKey()).contains("test-api-key");
        for (String channel : List.of("test", "recovery:1", "smallhistory:1", "delta:1")) {
            ChannelRule rule = rules.of(new ChannelName(channel)).orElseThrow();
            assertThat(rule.open() && rule.presence() && rule.forceRecovery())
                    .as(channel)
                    .isTrue();
            assertThat(rule.historySize()).as(channel).isEqualTo(channel.startsWith("small") ? 2 : 100);
            assertThat(rule.historySeconds()).as(channel).isEqualTo(300);
        }
        assertThat(rules.of(new ChannelName("other:1"))).isEmpty();
    }

    @Test
    @DisplayName(
            "[HT23] open channel rules are refused in one line unless the profile is development, however they are named")
    void productionRefuses() {
        Map<String, String> production = Map.of(
                Tokens.SECRET.environmentVariable(),
                "x".repeat(32),
                Seal.KEYS.environmentVariable(),
                "k1:" + "0".repeat(64),
                "JISHI_PAYMENTS_METHODS",
                "stripe");
        assertThatThrownBy(() -> Node.rules(read(production)))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("JISHI_PROFILE=development");
        Settings named = Configuration.read(
                Optional.empty(),
                Map.of(
                        "JISHI_CHANNELS",
                        "open-channels.yaml",
                        Tokens.SECRET.environmentVariable(),
                        "x".repeat(32),
                        Seal.KEYS.environmentVariable(),
                        "k1:" + "0".repeat(64),
                        "JISHI_PAYMENTS_METHODS",
                        "stripe"));
        assertThatThrownBy(() -> Node.rules(named)).hasMessageContaining("JISHI_PROFILE=development");
        assertThat(Node.rules(Configuration.read(Optional.empty(), production)).developmentOnly())
                .isFalse();
    }
}
