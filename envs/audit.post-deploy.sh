# rapidocr-onnxruntime is here for the network in it. It asks for opencv-python, whose files would replace those of the
# headless build, so it comes without what it asks for.
python -m pip install --no-deps rapidocr-onnxruntime==1.4.4
