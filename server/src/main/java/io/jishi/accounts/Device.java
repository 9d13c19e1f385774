package io.jishi.accounts;

import io.jishi.core.Id;

/** The kind of a device's id. A device is known by its id and a secret; its tokens carry the role device. */
public final class Device {
    private Device() {}

    /**
     * What is put into a new device.
     *
     * @param secret shown this once; only its hash is stored
     */
    public record Credentials(Id<Device> device, String secret) {
        @Override
        public String toString() {
            return "Credentials[device=" + device + "]";
        }
    }
}
