return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XD.Xd.Country, args);
