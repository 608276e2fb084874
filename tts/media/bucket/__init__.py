"""Recordings into a bucket of S3, and links to them: AWS, R2, B2, MinIO and others that speak its protocol."""
