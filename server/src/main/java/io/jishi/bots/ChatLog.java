package io.jishi.bots;

import java.util.List;

/**
 * A recorded chat: what was said when, from the first comment on.
 *
 * @param lines in the order of time; lines of one time in the order of the file
 * @param columns what was taken for what, to tell the person
 * @param malformed lines that could not be read, in all
 * @param examples the first of them
 */
public record ChatLog(List<Line> lines, String columns, int malformed, List<Malformed> examples) {
    static final int EXAMPLES_MAX = 10;

    /** @param number of the file's line where it begins, from 1 */
    public record Line(int number, long offsetMillis, String user, String text) {}

    /** @param reason one clause, without what the line says */
    public record Malformed(int number, String reason) {}

    /** How many people speak in it. */
    public List<String> users() {
        return lines.stream().map(Line::user).distinct().toList();
    }

    public long durationMillis() {
        return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).offsetMillis();
    }
}
