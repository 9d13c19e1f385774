package io.jishi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.jishi.accounts.Accounts;
import io.jishi.accounts.Tokens;
import io.jishi.aftersales.AfterSales;
import io.jishi.carts.Carts;
import io.jishi.catalog.Catalog;
import io.jishi.cluster.ClusterSettings;
import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.database.DatabaseSettings;
import io.jishi.database.Seal;
import io.jishi.dispatch.Dispatch;
import io.jishi.edge.Deflate;
import io.jishi.edge.HttpSettings;
import io.jishi.edge.Logs;
import io.jishi.edge.ServerApi;
import io.jishi.flashsales.FlashSales;
import io.jishi.liverooms.LiveRooms;
import io.jishi.orders.Orders;
import io.jishi.payments.PaymentProviders;
import io.jishi.realtime.RealtimeSettings;
import io.jishi.shelves.Shelves;
import io.jishi.webhooks.Webhooks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every setting of every part, read from one YAML file, under the environment, and checked before anything starts. A
 * secret may also be read from a file that a variable with {@code _FILE} at its end names, as containers hand them in.
 */
public final class Configuration {
    static final Setting<Profile> PROFILE = Setting.choice(
            "profile", Profile.PRODUCTION, "Whether the server is for the public or for one's own machine.");

    /** In the order of docs/OPERATIONS.md. */
    static final List<Setting<?>> ALL = Stream.of(
                    List.<Setting<?>>of(PROFILE),
                    NodeSettings.ALL,
                    HttpSettings.ALL,
                    ServerApi.SETTINGS,
                    Logs.ALL,
                    DatabaseSettings.ALL,
                    ClusterSettings.ALL,
                    RealtimeSettings.ALL,
                    Deflate.ALL,
                    Accounts.SETTINGS,
                    Catalog.SETTINGS,
                    Carts.SETTINGS,
                    LiveRooms.SETTINGS,
                    FlashSales.SETTINGS,
                    Orders.SETTINGS,
                    AfterSales.SETTINGS,
                    PaymentProviders.SETTINGS,
                    Webhooks.SETTINGS,
                    Dispatch.SETTINGS,
                    Shelves.SETTINGS)
            .flatMap(List::stream)
            .toList();

    /** A key that every file of channel rules has, and no configuration. */
    private static final String CHANNEL_RULES_MARK = "development-only";

    private static final String FILE_SUFFIX = "_FILE";
    private static final long FILE_BYTES_MAX = 1_048_576;

    private Configuration() {}

    /**
     * Reads the file and the environment.
     *
     * @param environment all variables; only those that begin with {@code JISHI_} are looked at
     * @throws Invalid with one line that names what is unknown, out of range or missing
     */
    public static Settings read(Optional<Path> file, Map<String, String> environment) {
        Map<String, String> fromFile = file.map(Configuration::flatten).orElse(Map.of());
        Settings settings = Settings.read(ALL, fromFile, withSecretFiles(environment));
        if (settings.get(PROFILE) == Profile.PRODUCTION) {
            checkForThePublic(settings);
        }
        return settings;
    }

    private static void checkForThePublic(Settings settings) {
        if (settings.get(Tokens.SECRET).isEmpty()) {
            throw new Invalid(
                    Tokens.SECRET.name(),
                    "token.secret is missing; production needs one of 32 bytes or more, the same on every node.");
        }
        if (settings.get(Seal.KEYS).isBlank()) {
            throw new Invalid(
                    Seal.KEYS.name(),
                    Seal.KEYS.name()
                            + " is missing; production needs a key that seals addresses, the same on every node.");
        }
        PaymentProviders.checkForThePublic(settings);
    }

    /**
     * Keys of nested groups joined by dots, items of lists by commas. A file of channel rules stands for a configuration
     * that names it and nothing else.
     */
    static Map<String, String> flatten(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new Invalid("config", "The configuration file is longer than " + FILE_BYTES_MAX + " bytes.");
            }
            YAMLMapper yaml = YAMLMapper.builder(new YAMLFactory())
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build();
            JsonNode tree = yaml.readTree(Files.readString(file));
            if (tree.has(CHANNEL_RULES_MARK)) {
                return Map.of(
                        NodeSettings.CHANNELS.name(), file.toAbsolutePath().toString());
            }
            Map<String, String> values = new HashMap<>();
            flatten("", tree, values);
            return values;
        } catch (JsonProcessingException e) {
            throw new Invalid("config", "The configuration file " + file + " is not YAML" + place(e) + ".");
        } catch (IOException e) {
            throw new Invalid("config", "The configuration file " + file + " cannot be read.");
        }
    }

    private static void flatten(String key, JsonNode node, Map<String, String> values) {
        switch (node.getNodeType()) {
            case OBJECT ->
                node.properties()
                        .forEach(field -> flatten(
                                key.isEmpty() ? field.getKey() : key + "." + field.getKey(), field.getValue(), values));
            case ARRAY -> {
                List<String> items = new ArrayList<>();
                node.forEach(item -> items.add(scalar(key, item)));
                put(key, String.join(",", items), values);
            }
            case NULL, MISSING -> {
                if (!key.isEmpty()) {
                    throw new Invalid(key, "The configuration key " + key + " has no value.");
                }
            }
            case STRING, NUMBER, BOOLEAN, BINARY, POJO -> put(key, scalar(key, node), values);
        }
    }

    private static String scalar(String key, JsonNode node) {
        if (key.isEmpty() || !node.isValueNode() || node.isNull()) {
            throw new Invalid(
                    key, "The configuration file must hold keys with texts, numbers, flags or lists of them.");
        }
        return node.asText();
    }

    private static void put(String key, String value, Map<String, String> values) {
        if (values.put(key, value) != null) {
            throw new Invalid(key, "The configuration key " + key + " is there twice.");
        }
    }

    /** The same variables, those that name files of secrets replaced by what the files hold. */
    static Map<String, String> withSecretFiles(Map<String, String> environment) {
        Map<String, String> values = new HashMap<>(environment);
        for (Setting<?> setting : ALL) {
            String variable = setting.environmentVariable();
            String path = setting.secret() ? values.remove(variable + FILE_SUFFIX) : null;
            if (path != null && values.putIfAbsent(variable, secret(variable, Path.of(path))) != null) {
                throw new Invalid(setting.name(), variable + " and " + variable + FILE_SUFFIX + " are both set.");
            }
        }
        return values;
    }

    private static String secret(String variable, Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new Invalid(variable, "The file that " + variable + FILE_SUFFIX + " names cannot be read.");
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
    }
}
