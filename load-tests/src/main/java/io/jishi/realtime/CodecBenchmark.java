package io.jishi.realtime;

import com.google.protobuf.CodedOutputStream;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading a command that publishes 128 bytes, and writing the publication once for all who hear it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    static final String CHANNEL = "room:0123456789";
    private static final int COMMANDS_MAX = 512;
    private static final int PUBLISH = 7;

    @Param
    public Format format = Format.JSON;

    private Buffer command = Buffer.buffer();
    private Publication publication = publication();

    static Publication publication() {
        String data =
                "{\"type\":\"comment\",\"id\":\"0123456789\",\"author\":\"小明\",\"text\":\"" + "好".repeat(20) + "\"}";
        return new Publication(
                123_456,
                "",
                Buffer.buffer(data),
                Buffer.buffer("{\"user\":\"42\",\"client\":\"c\"}"),
                1_800_000_000_000L);
    }

    @Setup
    public void prepare() throws IOException {
        publication = publication();
        String data = publication.data().toString();
        if (format == Format.JSON) {
            command = Buffer.buffer("{\"id\":7,\"publish\":{\"channel\":\"" + CHANNEL + "\",\"data\":" + data + "}}");
        } else {
            byte[] body = bytes(out -> {
                out.writeString(1, CHANNEL);
                out.writeByteArray(2, data.getBytes(StandardCharsets.UTF_8));
            });
            byte[] whole = bytes(out -> {
                out.writeUInt32(1, 7);
                out.writeByteArray(PUBLISH, body);
            });
            command = Buffer.buffer(bytes(out -> out.writeByteArrayNoTag(whole)));
        }
    }

    @FunctionalInterface
    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }

    @Benchmark
    public List<?> decode() {
        return format.codec.decode(command, COMMANDS_MAX);
    }

    @Benchmark
    public Buffer encode() {
        return format.codec.push(CHANNEL, publication, Content.plain(publication), true);
    }
}
