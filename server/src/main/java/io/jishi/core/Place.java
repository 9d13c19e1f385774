package io.jishi.core;

/** A point on the earth, in degrees of WGS 84. */
public record Place(double latitude, double longitude) {
    private static final double EARTH_RADIUS_METERS = 6_371_008.8;

    public Place {
        Check.range("latitude", latitude, -90, 90);
        Check.range("longitude", longitude, -180, 180);
    }

    /** Great-circle distance by the haversine formula (Sinnott, 1984), on a sphere of mean radius. */
    public double distanceMeters(Place other) {
        double dLatitude = Math.toRadians(other.latitude - latitude);
        double dLongitude = Math.toRadians(other.longitude - longitude);
        double sinLatitude = Math.sin(dLatitude / 2);
        double sinLongitude = Math.sin(dLongitude / 2);
        double a = sinLatitude * sinLatitude
                + Math.cos(Math.toRadians(latitude))
                        * Math.cos(Math.toRadians(other.latitude))
                        * sinLongitude
                        * sinLongitude;
        return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(a)));
    }
}
