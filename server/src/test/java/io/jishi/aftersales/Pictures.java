package io.jishi.aftersales;

import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Real pictures, and files that say they are some. */
public final class Pictures {
    private Pictures() {}

    public static Buffer png() {
        return written("png");
    }

    static Buffer jpeg() {
        return written("jpg");
    }

    /** The frame of a picture without loss, of one pixel. */
    static Buffer webp() {
        Buffer body = Buffer.buffer("WEBPVP8L")
                .appendIntLE(14)
                .appendBytes(new byte[] {0x2f, 0, 0, 0, 0, 7, 16, 17, 17, (byte) 0x88, (byte) 0x88, 8, 0, 0});
        return Buffer.buffer("RIFF").appendIntLE(body.length()).appendBuffer(body);
    }

    private static Buffer written(String format) {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 40; x++) {
            image.setRGB(x, x % 30, 0xff8800 + x);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(out.toByteArray());
    }
}
