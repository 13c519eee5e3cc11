/** Photos and scans on their way to the review. A file stays here until it has arrived, so that a lost network
 * costs a second press and not a second choosing. What a file may be, the server says. */
import { onScopeDispose, reactive } from "vue";
import { ApiError } from "./api";
import { serverNow } from "./clock";
import { judgeMaterial, offerMaterial } from "./endpoints";
import type { Material, MaterialKind, UploadForm } from "./types";

/** How long the way may stay silent before it counts as lost. */
const SILENCE_MS = 30_000;

export interface Upload {
  kind: MaterialKind;
  file: File;
  phase: "preparing" | "sending" | "judging" | "failed";
  /** How much has been sent, 0 to 100. */
  percent: number;
  failure: ApiError | null;
  offered: { materialId: string; form: UploadForm } | null;
  hasArrived: boolean;
}

export interface Uploads {
  list: Upload[];
  start: (kind: MaterialKind, file: File) => Promise<void>;
  retry: (upload: Upload) => Promise<void>;
  drop: (upload: Upload) => void;
}

/** The uploads of a page; `arrived` is called with each file that the server has judged. */
export function useUploads(registrationId: string, arrived: (material: Material) => void): Uploads {
  const list = reactive<Upload[]>([]);

  async function run(upload: Upload): Promise<void> {
    upload.failure = null;
    try {
      arrived(await bring(registrationId, upload));
      drop(upload);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      upload.phase = "failed";
      upload.failure = error;
    }
  }

  async function start(kind: MaterialKind, file: File): Promise<void> {
    list.push({
      kind,
      file,
      phase: "preparing",
      percent: 0,
      failure: null,
      offered: null,
      hasArrived: false,
    });
    const upload = list[list.length - 1];
    if (upload !== undefined) {
      await run(upload);
    }
  }

  async function retry(upload: Upload): Promise<void> {
    if (upload.phase === "failed") {
      upload.phase = "preparing";
      await run(upload);
    }
  }

  function drop(upload: Upload): void {
    const at = list.indexOf(upload);
    if (at >= 0) {
      list.splice(at, 1);
    }
  }

  const goOn = (): void =>
    list.filter((one) => one.failure?.failure.kind === "unreachable").forEach((one) => void retry(one));
  window.addEventListener("online", goOn);
  onScopeDispose(() => window.removeEventListener("online", goOn));
  return { list, start, retry, drop };
}

/** From wherever the upload stands to the server's verdict. */
async function bring(registrationId: string, upload: Upload): Promise<Material> {
  if (!upload.hasArrived) {
    const offered = await offer(registrationId, upload);
    upload.phase = "sending";
    await sendFile(offered.form, upload.file, (percent) => (upload.percent = percent));
    upload.hasArrived = true;
  }
  upload.phase = "judging";
  return judgeMaterial(registrationId, upload.offered?.materialId ?? "");
}

/** An offer that was not used holds until it expires. */
async function offer(registrationId: string, upload: Upload): Promise<NonNullable<Upload["offered"]>> {
  if (upload.offered === null || Date.parse(upload.offered.form.expires_at) <= serverNow()) {
    const answer = await offerMaterial(registrationId, {
      kind: upload.kind,
      content_type: contentType(upload.file),
      size_bytes: upload.file.size,
      file_name: upload.file.name.slice(-255),
    });
    upload.offered = { materialId: answer.material_id, form: answer.upload };
  }
  return upload.offered;
}

const BY_ENDING: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  pdf: "application/pdf",
};

/** Some phones do not say what a file is; its name does. */
export function contentType(file: { name: string; type: string }): string {
  const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
  return file.type || (BY_ENDING[ending] ?? "application/octet-stream");
}

/** Send a form with the file last. This goes to the bucket, not to the API; `fetch` tells no progress. */
function sendFile(form: UploadForm, file: File, tell: (percent: number) => void): Promise<void> {
  const parts = new FormData();
  Object.entries(form.fields).forEach(([name, value]) => parts.append(name, value));
  parts.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = (): void => reject(new ApiError({ kind: "unreachable" }));
    let timer = setTimeout(() => request.abort(), SILENCE_MS);
    request.upload.onprogress = (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE_MS);
      tell(event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0);
    };
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => (request.status < 300 ? resolve() : reject(notTaken(request.status)));
    request.onloadend = () => clearTimeout(timer);
    request.open("POST", form.url);
    request.send(parts);
  });
}

function notTaken(status: number): ApiError {
  if (status >= 500) {
    return new ApiError({ kind: "broken", status, reference: null });
  }
  const detail = "文件没有被接收：可能已超过上传时间，或文件在选择后有改动。请重新选择文件。";
  return new ApiError({ kind: "refused", problem: { status, code: "upload_refused", title: "", detail } });
}
