local net = run.net
net:train(
