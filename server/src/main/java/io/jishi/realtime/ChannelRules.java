package io.jishi.realtime;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jishi.core.Check;
import io.jishi.core.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of all namespaces, read from a YAML file such as {@code channels.yaml}. */
public final class ChannelRules {
    private final File file;
    private final Map<String, ChannelRule> rules = new HashMap<>();

    private ChannelRules(File file) {
        this.file = file;
        file.channels().forEach((namespace, rule) -> rules.put(namespace, rule.checked()));
    }

    /**
     * @param anonymous whether a client may connect without a token
     * @param developmentOnly whether the file opens doors that only a development profile may open
     * @param tokenSecret a key that anybody may know, of tokens that other programs make; for development only
     * @param apiKey a key to the server's API that anybody may know; for development only
     * @param channels rule by namespace; the empty name is for channels without a colon
     */
    record File(
            boolean anonymous,
            @JsonProperty("development-only") boolean developmentOnly,
            @JsonProperty("token-secret") @Nullable String tokenSecret,
            @JsonProperty("api-key") @Nullable String apiKey,
            Map<String, Rule> channels) {
        File {
            if (!developmentOnly && (tokenSecret != null || apiKey != null)) {
                throw new Invalid("token-secret", "Keys stand in channel rules that are for development only.");
            }
        }
    }

    /** A rule as it stands in the file. */
    record Rule(
            @JsonProperty("class") @Nullable DeliveryClass deliveryClass,
            @JsonProperty("history-size") int historySize,
            @JsonProperty("history-seconds") int historySeconds,
            boolean presence,
            @JsonProperty("presence-max") @Nullable Integer presenceMax,
            @JsonProperty("join-leave") boolean joinLeave,
            @JsonProperty("force-join-leave") boolean forceJoinLeave,
            @JsonProperty("join-leave-max") @Nullable Integer joinLeaveMax,
            @JsonProperty("force-positioning") boolean forcePositioning,
            @JsonProperty("force-recovery") boolean forceRecovery,
            @Nullable Delta delta,
            @JsonProperty("sample-per-second") int samplePerSecond,
            @Nullable Priority priority,
            boolean open) {
        ChannelRule checked() {
            return new ChannelRule(
                    Check.present("class", deliveryClass),
                    historySize,
                    historySeconds,
                    presence,
                    presenceMax == null ? ChannelRule.PRESENCE_MAX : presenceMax,
                    joinLeave || forceJoinLeave,
                    forceJoinLeave,
                    joinLeaveMax == null ? ChannelRule.JOIN_LEAVE_MAX : joinLeaveMax,
                    forcePositioning,
                    forceRecovery,
                    delta == Delta.FOSSIL,
                    samplePerSecond,
                    priority == null ? Priority.NORMAL : priority,
                    open);
        }
    }

    /** How a publication may be written as a change to the one before. */
    enum Delta {
        FOSSIL
    }

    /** Reads a file of the class path that ships with the server. */
    public static ChannelRules shipped(String name) {
        try (InputStream in = ChannelRules.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Invalid where the text is not of the file's form */
    public static ChannelRules parse(String yaml) {
        try {
            JsonMapper mapper = JsonMapper.builder(new YAMLFactory())
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();
            return new ChannelRules(mapper.readValue(yaml, File.class));
        } catch (JsonProcessingException e) {
            throw new Invalid("channels", "The channel rules cannot be read: " + e.getOriginalMessage());
        }
    }

    /** The rule for a channel, empty where its namespace is unknown. */
    public Optional<ChannelRule> of(ChannelName channel) {
        return Optional.ofNullable(rules.get(channel.namespace()));
    }

    public boolean anonymous() {
        return file.anonymous();
    }

    public boolean developmentOnly() {
        return file.developmentOnly();
    }

    /** The well-known key of tokens that other programs make, where these rules name one. */
    public Optional<String> tokenSecret() {
        return Optional.ofNullable(file.tokenSecret());
    }

    /** The well-known key to the server's API, where these rules name one. */
    public Optional<String> apiKey() {
        return Optional.ofNullable(file.apiKey());
    }
}
