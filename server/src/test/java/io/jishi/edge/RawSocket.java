package io.jishi.edge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A WebSocket client that sends what it is told, right or wrong; written from the RFCs, and sharing no code with the server. */
final class RawSocket implements AutoCloseable {
    static final int FINAL = 0x80;
    static final int COMPRESSED = 0x40;
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** The system keeps a few times that; without a bound, megabytes. */
    private static final int UNREAD_BYTES_MAX = 65_536;

    private static final String VERSION = "Sec-WebSocket-Version: 13";
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final byte[] MASK = {0x21, 0x43, 0x65, (byte) 0x87};

    /** What the server answered to the offered extensions; empty for nothing. */
    final String extensions;

    private final Socket socket;
    private final DataInputStream in;

    /** @param first the first byte: final and reserved bits, and the opcode */
    record Frame(int first, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort();
        }
    }

    RawSocket(int port, String offer) throws IOException {
        this(port, offer, new byte[0]);
    }

    /** @param early sent in the same segment as the handshake */
    RawSocket(int port, String offer, byte[] early) throws IOException {
        this(port, VERSION, offer, early);
    }

    /** @param version the header that names the protocol's version */
    static RawSocket opening(int port, String version) throws IOException {
        return new RawSocket(port, version, "", new byte[0]);
    }

    private RawSocket(int port, String version, String offer, byte[] early) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(UNREAD_BYTES_MAX);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        String head = "GET " + WebSocketEndpoint.PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + version + "\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (offer.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + offer + "\r\n") + "\r\n";
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        both.writeBytes(early);
        write(both.toByteArray());
        extensions = answer();
    }

    @SuppressWarnings("deprecation") // readLine: a head is ASCII
    private String answer() throws IOException {
        String status = in.readLine();
        if (status == null || !status.contains(" 101 ")) {
            throw new IOException("no WebSocket: " + status);
        }
        String agreed = "";
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-extensions:")) {
                agreed = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return agreed;
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    RawSocket send(int first, byte[] payload) throws IOException {
        write(frame(first, payload));
        return this;
    }

    RawSocket send(int first, String payload) throws IOException {
        return send(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) first);
        if (payload.length < LENGTH_16) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length <= 0xffff) {
            frame.put((byte) (0x80 | LENGTH_16)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | LENGTH_64)).putLong(payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i % MASK.length]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** @throws EOFException where the server has closed without a word */
    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == LENGTH_16) {
            length = in.readUnsignedShort();
        } else if (length == LENGTH_64) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first, payload);
    }

    /** Whether the server has closed the connection and sent nothing more. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    /** A message as RFC 7692 compresses it. */
    static byte[] deflated(byte[] message, int level) {
        Deflater deflater = new Deflater(level, true);
        deflater.setInput(message);
        byte[] out = new byte[message.length * 2 + 64];
        int count = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return java.util.Arrays.copyOf(out, count - 4);
    }

    static byte[] inflated(byte[] payload, int bytesMax) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] input = java.util.Arrays.copyOf(payload, payload.length + 4);
        input[payload.length + 2] = (byte) 0xff;
        input[payload.length + 3] = (byte) 0xff;
        inflater.setInput(input);
        byte[] out = new byte[bytesMax];
        int count = 0;
        for (int more = 1; more > 0; count += more) {
            more = inflater.inflate(out, count, out.length - count);
        }
        inflater.end();
        return java.util.Arrays.copyOf(out, count);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
