"""The bucket of files as CloudFormation makes it: candidates' material, and daily bills under `bills/`.

What lies where is said in `integrations/materials/files.py` and `integrations/bill_files.py`; each function
may touch its own folder only.
"""

from typing import Any

UPLOADS = "incoming/"
"""What browsers sent and nobody came back for goes after a day."""


def buckets() -> dict[str, Any]:
    """Return the bucket and what it refuses."""
    bucket = {
        # No name of its own: one that was retained would stand in the way of a second stack's.
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "PublicAccessBlockConfiguration": dict.fromkeys(
                ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
            ),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            # No versions: a key is written once, and what a candidate takes back is to be gone.
            "LifecycleConfiguration": {
                "Rules": [
                    {"Id": "Uploads", "Status": "Enabled", "Prefix": UPLOADS, "ExpirationInDays": 1},
                    {
                        "Id": "Parts",
                        "Status": "Enabled",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    },
                ]
            },
            # Browsers send files here from the pages, and from nowhere else.
            "CorsConfiguration": {
                "CorsRules": [
                    {"AllowedMethods": ["POST"], "AllowedOrigins": [{"Ref": "PublicUrl"}], "MaxAge": 3600}
                ]
            },
        },
    }
    return {"MaterialsBucket": bucket, "MaterialsBucketPolicy": _refuse_what_is_not_encrypted_on_its_way()}


def _refuse_what_is_not_encrypted_on_its_way() -> dict[str, Any]:
    arn = {"Fn::GetAtt": ["MaterialsBucket", "Arn"]}
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "MaterialsBucket"},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "TlsOnly",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [arn, {"Fn::Sub": "${MaterialsBucket.Arn}/*"}],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    }
