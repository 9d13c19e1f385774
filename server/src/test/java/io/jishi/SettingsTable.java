package io.jishi;

import io.jishi.core.Setting;
import java.util.List;
import java.util.Locale;

/** Writes the declared settings as a table into a document, between two marks. */
final class SettingsTable {
    private static final String BEGIN = "<!-- settings: made from the declarations by ConfigurationTest -->\n";
    private static final String END = "<!-- end of settings -->\n";

    private SettingsTable() {}

    static String into(String document, List<Setting<?>> settings) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the document lacks the marks of the settings table");
        }
        return document.substring(0, begin + BEGIN.length()) + table(settings) + document.substring(end);
    }

    private static String table(List<Setting<?>> settings) {
        StringBuilder table =
                new StringBuilder("\n| Key | Variable | Default | Range | What |\n|---|---|---|---|---|\n");
        for (Setting<?> setting : settings) {
            table.append("| `").append(setting.name());
            table.append("` | `").append(setting.environmentVariable());
            table.append("` | ").append(defaultOf(setting));
            table.append(" | ").append(setting.secret() ? "secret" : setting.range());
            table.append(" | ").append(setting.sentence().replace("|", "\\|")).append(" |\n");
        }
        return table.append('\n').toString();
    }

    private static String defaultOf(Setting<?> setting) {
        Object value = setting.defaultValue();
        String text = value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
        return text.isEmpty() ? "none" : "`" + text + "`";
    }
}
