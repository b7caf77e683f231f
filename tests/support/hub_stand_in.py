"""A local stand-in for the Hugging Face Hub: the part of its API that is needed to download files and folders."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serve ``{repository: {file: bytes}}``; `asked` lists the requested paths."""

    def __init__(self, repositories):
        self.repositories, self.asked = repositories, []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.answer(False)

            def do_GET(self):
                self.answer(True)

            def answer(self, whole):
                path = unquote(self.path.split("?")[0]).strip("/")
                hub.asked.append(path)
                data, headers = hub.find(path)
                self.send_response(404 if data is None else 200)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                if whole and data:
                    self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def find(self, path):
        if path == "":
            return b"", {}
        for name, files in self.repositories.items():
            if path.startswith(f"api/models/{name}"):
                siblings = [{"rfilename": file} for file in files]
                answer = {"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings}
                if "/tree/" in path:
                    answer = [
                        {"type": "file", "path": file, "size": len(files[file]), "oid": "0"} for file in files
                    ]
                return json.dumps(answer).encode(), {"Content-Type": "application/json"}
            if path.startswith(f"{name}/resolve/"):
                file = path.removeprefix(f"{name}/resolve/").partition("/")[2]
                if file not in files:
                    return None, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}
                digest = hashlib.sha256(files[file]).hexdigest()
                return files[file], {"ETag": f'"{digest}"', "X-Repo-Commit": COMMIT}
        return None, {"X-Error-Code": "RepoNotFound"}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
