"""What people look at: the web app in ``viewer/web``; the Open3D window and headless pictures join it here."""
