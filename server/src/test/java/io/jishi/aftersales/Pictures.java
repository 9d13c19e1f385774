package io.jishi.aftersales;

import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Real pictures, and files that say they are some. */
public final class Pictures {
    private Pictures() {}

    public static Buffer png() {
        return written(picture(40, 30), "png");
    }

    /** Longer than the body of any other request may be. */
    public static Buffer longPng() {
        return written(picture(300, 300), "png");
    }

    static Buffer jpeg() {
        return written(picture(40, 30), "jpg");
    }

    /** The frame of a picture without loss, of one pixel. */
    static Buffer webp() {
        Buffer body = Buffer.buffer("WEBPVP8L")
                .appendIntLE(14)
                .appendBytes(new byte[] {0x2f, 0, 0, 0, 0, 7, 16, 17, 17, (byte) 0x88, (byte) 0x88, 8, 0, 0});
        return Buffer.buffer("RIFF").appendIntLE(body.length()).appendBuffer(body);
    }

    private static BufferedImage picture(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                image.setRGB(x, y, random.nextInt(0x1000000));
            }
        }
        return image;
    }

    private static Buffer written(BufferedImage image, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(out.toByteArray());
    }
}
