package io.jishi.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as text for a terminal. */
final class Table {
    private static final List<String> HEADER = List.of("metric", "value", "unit", "against", "ratio", "target", "met");
    private static final int DIGITS = 3;

    private Table() {}

    static String of(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        for (Row row : rows) {
            lines.add(List.of(
                    row.metric(),
                    number(row.value()),
                    row.unit(),
                    row.against(),
                    number(row.ratio()),
                    row.target(),
                    row.met() == null ? "" : row.met() ? "yes" : "NO"));
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            for (int column = 0; column < line.size(); column++) {
                int index = column;
                int width = lines.stream()
                        .mapToInt(l -> l.get(index).length())
                        .max()
                        .orElse(0);
                boolean number = column == 1 || column == 4;
                text.append(String.format(
                        number ? "%" + Math.max(1, width) + "s  " : "%-" + Math.max(1, width) + "s  ",
                        line.get(column)));
            }
            text.append('\n');
        }
        return text.toString().replaceAll(" +\n", "\n");
    }

    /** Three significant digits, or the whole number where it is longer; empty for null. */
    static String number(@Nullable Double value) {
        if (value == null) {
            return "";
        }
        if (!Double.isFinite(value)) {
            return value.toString();
        }
        BigDecimal exact = new BigDecimal(value);
        int whole = exact.precision() - exact.scale();
        return exact.round(new MathContext(Math.max(DIGITS, whole)))
                .stripTrailingZeros()
                .toPlainString();
    }
}
