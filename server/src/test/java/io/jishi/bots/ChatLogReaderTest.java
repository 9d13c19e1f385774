package io.jishi.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatLogReaderTest {
    @TempDir
    private Path directory;

    @Test
    void lines_come_in_the_order_of_time_from_the_first_on() throws IOException {
        ChatLog log = read("video,offset_s,user,text\nv,12.5,b,second\nv,10,a,first\nv,12.5,c,third\n");
        assertThat(log.lines())
                .containsExactly(
                        new ChatLog.Line(3, 0, "a", "first"),
                        new ChatLog.Line(2, 2500, "b", "second"),
                        new ChatLog.Line(4, 2500, "c", "third"));
        assertThat(log.durationMillis()).isEqualTo(2500);
        assertThat(log.users()).containsExactly("a", "b", "c");
        assertThat(log.columns()).isEqualTo("time from offset_s, user from user, text from text");
    }

    @ParameterizedTest
    @CsvSource({
        "play_offset_s, 1.5, 3.5",
        "offset_ms, 1500, 3500",
        "Offset Seconds, 1.5, 3.5",
        "time_in_seconds, 1.5, 3.5",
        "time, 1.5, 3.5",
        "time, 0:01.5, 0:03.5",
        "time, 1:00:01, 1:00:03",
        "time, -0:01, 0:01",
        "timestamp, 1479772800, 1479772802",
        "timestamp, 1479772800000, 1479772802000",
        "timestamp, 1479772800000000, 1479772802000000",
        "timestamp, 1.4797728E9, 1.479772802E9",
        "created_at, 2016-08-16T00:34:27.504Z, 2016-08-16T00:34:29.504Z",
        "date, 2016-08-16T08:34:27+08:00, 2016-08-16T00:34:29Z",
        "date, 2016-08-16 08:34:27, 2016-08-16 08:34:29",
    })
    void times_are_read_in_many_units(String column, String first, String second) throws IOException {
        ChatLog log = read(column + ",author,message\n" + first + ",a,x\n" + second + ",a,y\n");
        assertThat(log.malformed()).isZero();
        assertThat(log.durationMillis()).isEqualTo(2000);
    }

    @Test
    void an_offset_is_preferred_to_a_time_of_day() throws IOException {
        ChatLog log = read("created_at,offset_s,user,text\n2020-01-01T00:00:00Z,5,a,x\n2021-01-01T00:00:00Z,6,a,y\n");
        assertThat(log.durationMillis()).isEqualTo(1000);
    }

    @Test
    void a_gzipped_file_a_byte_order_mark_and_quoted_fields_are_read() throws IOException {
        Path file = directory.resolve("log.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\uFEFFtime,user,text\r\n1,\"a, b\",\"say \"\"hi\"\"\nand 你好\"\r\n2,c,5\" of snow\r\n3,d,on\r\n"
                    .getBytes(StandardCharsets.UTF_8));
        }
        ChatLog log = ChatLogReader.read(file);
        assertThat(log.lines())
                .containsExactly(
                        new ChatLog.Line(2, 0, "a, b", "say \"hi\"\nand 你好"),
                        new ChatLog.Line(4, 1000, "c", "5\" of snow"),
                        new ChatLog.Line(5, 2000, "d", "on"));
    }

    @Test
    @DisplayName("[RP2] a line that cannot be read is counted and named, and hides none of the lines after it")
    void malformed() throws IOException {
        Path file = directory.resolve("bad.csv");
        Files.write(
                file,
                ("time,user,text\n" //
                                + "1,a,good\n" //
                                + "soon,a,bad time\n" //
                                + "2,a\n" //
                                + "3,,nobody\n" //
                                + "4,a,  \n" //
                                + "5,a,\"never closed\n" //
                                + "6,b,\u00ff\n" //
                                + "\n" //
                                + "7,b,good too\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        ChatLog log = ChatLogReader.read(file);
        assertThat(log.lines()).extracting(ChatLog.Line::text).containsExactly("good", "good too");
        assertThat(log.malformed()).isEqualTo(6);
        assertThat(log.examples())
                .containsExactly(
                        new ChatLog.Malformed(3, "its time cannot be read"),
                        new ChatLog.Malformed(4, "it has 2 columns and the header 3"),
                        new ChatLog.Malformed(5, "it has no user"),
                        new ChatLog.Malformed(6, "it has no text"),
                        new ChatLog.Malformed(7, "it is not CSV in UTF-8"),
                        new ChatLog.Malformed(8, "it is not CSV in UTF-8"));
    }

    @Test
    void only_the_first_ten_malformed_lines_are_named() throws IOException {
        ChatLog log = read("time,user,text\n" + "x,a,b\n".repeat(25));
        assertThat(log.malformed()).isEqualTo(25);
        assertThat(log.examples()).hasSize(10).first().isEqualTo(new ChatLog.Malformed(2, "its time cannot be read"));
    }

    @Test
    void a_file_without_a_usable_header_is_refused_by_the_missing_column() {
        assertThatThrownBy(() -> read("")).isInstanceOf(WrongArgument.class).hasMessageContaining("has no header");
        assertThatThrownBy(() -> read("user,text\n")).hasMessageContaining("no offset or time column");
        assertThatThrownBy(() -> read("time,text\n")).hasMessageContaining("no user column; its header is time,text");
        assertThatThrownBy(() -> read("time,user\n")).hasMessageContaining("no text column");
    }

    private ChatLog read(String text) throws IOException {
        return ChatLogReader.read(Files.writeString(directory.resolve("log.csv"), text));
    }
}
