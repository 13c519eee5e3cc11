"""The store of files: as much of S3 as the product uses, and a person with `aws s3` needs to look into it.

botocore works against it unchanged, with `AWS_ENDPOINT_URL_S3 = http://localhost:8000/simulators/objects`:
objects are put, read, looked at, listed and deleted, each request signed (Signature Version 4) in its headers
or in its address; browsers send files with a form whose policy is signed and enforced. Signatures are checked
by the real clock, as botocore has no clock to move.

What lies below `incoming/` goes after a day of the product's clock, as the bucket's rule in the cloud has it.
Left out: parts, versions, copies, chunked bodies (botocore sends those over https only), everything about
buckets but their being there.
"""
