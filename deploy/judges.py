"""Asks the two judges who know CloudFormation: the SAM transform, run offline, and cfn-lint."""

import subprocess
import sys
from copy import deepcopy
from pathlib import Path

from deploy.functions import functions
from deploy.project import Template

REGIONS = ("cn-north-1", "cn-northwest-1", "ap-southeast-1")
"""Where the template must hold: both regions of the partition aws-cn, and one outside it."""


class TemplateRefusedError(Exception):
    """A judge does not take the template; the message says why."""


def transformed(template: Template, region: str) -> Template:
    """Return plain CloudFormation, as the SAM transform would hand it on in that region."""
    # Late: the transform costs half a second of import, which `package` alone need not pay.
    from boto3 import Session
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    # Credentials are never asked for: the session tells the transform the partition, and nothing more.
    translator = Translator({}, Parser(), boto_session=Session(region_name=region))
    try:
        # Only the region is given: what is a parameter stays one, and the rules see it as such.
        plain: Template = translator.translate(_uploaded(template), {"AWS::Region": region})
    except InvalidDocumentException as refused:
        causes = "\n".join(cause.message for cause in refused.causes)
        raise TemplateRefusedError(
            f"the SAM transform refuses the template for {region}:\n{causes}"
        ) from refused
    finally:
        translator.metrics.publish()  # to nobody; unpublished, they complain on the way out
    return plain


def lint(path: Path) -> None:
    """Let cfn-lint read the template for every region; a warning is refused like an error."""
    command = [
        sys.executable,
        "-c",
        "from cfnlint.runner import main; main()",
        "--regions",
        *REGIONS,
        "--template",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TemplateRefusedError(f"cfn-lint refuses the template:\n{done.stdout}{done.stderr}")


def _uploaded(template: Template) -> Template:
    """Return the template as uploading the zip leaves it: SAM takes code from S3 only."""
    uploaded = deepcopy(template)
    for _, function in functions(uploaded):
        function["Properties"]["CodeUri"] = "s3://bucket/deployment.zip"
    return uploaded
