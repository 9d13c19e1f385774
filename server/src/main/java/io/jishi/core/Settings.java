package io.jishi.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of all declared {@link Setting}s, checked when they are read in, not when they are used. */
public final class Settings {
    private final Map<String, Object> values = new HashMap<>();

    private Settings() {}

    /** Every setting at its default, for tests. */
    public static Settings defaults() {
        return new Settings();
    }

    /**
     * Reads the environment over the file over the defaults.
     *
     * @param file keys and values of the configuration file, nested groups joined by dots
     * @throws Invalid naming the first key that is unknown or out of range
     */
    public static Settings read(
            List<? extends Setting<?>> declared, Map<String, String> file, Map<String, String> environment) {
        Settings settings = new Settings();
        for (String key : file.keySet()) {
            if (declared.stream().noneMatch(setting -> setting.name().equals(key))) {
                throw new Invalid(key, "Unknown configuration key " + key + ".");
            }
        }
        for (String variable : environment.keySet()) {
            if (variable.startsWith("JISHI_")
                    && declared.stream().noneMatch(s -> s.environmentVariable().equals(variable))) {
                throw new Invalid(variable, "Unknown configuration variable " + variable + ".");
            }
        }
        for (Setting<?> setting : declared) {
            // a bad value in the file is refused also where the environment has another
            settings.put(setting, file.get(setting.name()));
            settings.put(setting, environment.get(setting.environmentVariable()));
        }
        return settings;
    }

    /** This and one more value, for tests. */
    public <T> Settings with(Setting<T> setting, T value) {
        Settings copy = new Settings();
        copy.values.putAll(values);
        copy.values.put(setting.name(), value);
        return copy;
    }

    @SuppressWarnings("unchecked") // only put() and with() write, each with the setting's own type
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting.name());
        return value == null ? setting.defaultValue() : (T) value;
    }

    private <T> void put(Setting<T> setting, @Nullable String text) {
        if (text != null) {
            values.put(setting.name(), setting.parse().apply(text));
        }
    }
}
