package io.jishi.bots;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recorded chat from CSV (RFC 4180), plain or gzipped. A bad line is counted and passed over: it must not hide
 * the lines after it, so a quote that is never closed costs its own line and no more.
 */
public final class ChatLogReader {
    static final int LINES_MAX = 1_000_000;

    /** A quoted text may span lines, up to this many. */
    private static final int LINES_OF_A_RECORD_MAX = 50;

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final List<String> physical;
    private final List<ChatLog.Line> lines = new ArrayList<>();
    private final List<ChatLog.Malformed> examples = new ArrayList<>();
    private int malformed;
    private int at;

    private ChatLogReader(List<String> physical) {
        this.physical = physical;
    }

    /** @throws WrongArgument where the file cannot be read or has no usable header */
    public static ChatLog read(Path file) {
        try (InputStream bytes = open(file);
                BufferedReader reader = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.ISO_8859_1))) {
            List<String> physical = reader.lines().limit(LINES_MAX + 1L).toList();
            if (physical.size() > LINES_MAX) {
                throw new WrongArgument(file + " has more than " + LINES_MAX + " lines");
            }
            return new ChatLogReader(physical).log(file);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new WrongArgument("cannot read " + file);
        }
    }

    private static InputStream open(Path file) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        bytes.mark(2);
        boolean zipped = bytes.read() == GZIP_FIRST && bytes.read() == GZIP_SECOND;
        bytes.reset();
        return zipped ? new GZIPInputStream(bytes) : bytes;
    }

    private ChatLog log(Path file) {
        List<String> header = fields(nextRecord());
        if (header == null) {
            throw new WrongArgument(file + " has no header");
        }
        ChatColumns columns = ChatColumns.of(file, header);
        while (at < physical.size()) {
            int number = at + 1;
            String record = nextRecord();
            if (!record.isEmpty()) {
                take(number, fields(record), header.size(), columns);
            }
        }
        long first = lines.stream().mapToLong(ChatLog.Line::offsetMillis).min().orElse(0);
        List<ChatLog.Line> inOrder = lines.stream()
                .map(line -> new ChatLog.Line(line.number(), line.offsetMillis() - first, line.user(), line.text()))
                .sorted(Comparator.comparingLong(ChatLog.Line::offsetMillis))
                .toList();
        return new ChatLog(inOrder, columns.toString(), malformed, List.copyOf(examples));
    }

    /** The next record as the file has it: one line, or more where a quoted text goes on. */
    private String nextRecord() {
        if (at >= physical.size()) {
            return "";
        }
        StringBuilder record = new StringBuilder(physical.get(at));
        int end = at + 1;
        while (isOpen(record) && end < physical.size() && end - at < LINES_OF_A_RECORD_MAX) {
            record.append('\n').append(physical.get(end));
            end++;
        }
        boolean whole = !isOpen(record);
        String text = whole ? record.toString() : physical.get(at);
        at = whole ? end : at + 1;
        return text;
    }

    /** Whether a quoted field is open at the end. A quote opens where a field begins, and two within one stand for one. */
    private static boolean isOpen(CharSequence record) {
        boolean quoted = false;
        boolean mayOpen = true;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (quoted) {
                quoted = c != '"';
                mayOpen = true;
            } else {
                quoted = c == '"' && mayOpen;
                mayOpen = c == ',' || c == '\n';
            }
        }
        return quoted;
    }

    private void take(int number, @Nullable List<String> fields, int width, ChatColumns columns) {
        if (fields == null) {
            bad(number, "it is not CSV in UTF-8");
        } else if (fields.size() != width) {
            bad(number, "it has " + fields.size() + " columns and the header " + width);
        } else {
            String text = columns.text(fields).strip();
            String user = columns.user(fields).strip();
            OptionalLong time = columns.time().millis(fields);
            if (time.isEmpty()) {
                bad(number, "its time cannot be read");
            } else if (user.isEmpty()) {
                bad(number, "it has no user");
            } else if (text.isEmpty()) {
                bad(number, "it has no text");
            } else {
                lines.add(new ChatLog.Line(number, time.getAsLong(), user, text));
            }
        }
    }

    private void bad(int number, String reason) {
        malformed++;
        if (examples.size() < ChatLog.EXAMPLES_MAX) {
            examples.add(new ChatLog.Malformed(number, reason));
        }
    }

    /** Null where it is not one record of CSV in UTF-8. */
    private static @Nullable List<String> fields(String bytes) {
        try (CSVParser parser = CSVParser.parse(decode(bytes), CSVFormat.RFC4180)) {
            List<CSVRecord> records = parser.getRecords();
            return records.size() == 1 ? records.get(0).toList() : null;
        } catch (IOException | java.io.UncheckedIOException | IllegalStateException e) {
            return null;
        }
    }

    private static String decode(String bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
}
